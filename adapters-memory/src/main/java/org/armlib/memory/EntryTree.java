package org.armlib.memory;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Entries in order, in a treap (Seidel and Aragon, "Randomized search trees", Algorithmica 16, 1996) whose nodes sum up
 * their subtrees. It answers three questions in one structure: which entry is the first in order that is due, how many
 * pending ones stand before a given one, and when the next one falls due. All of it takes O(log n) expected steps, and
 * leasing a request or extending a lease changes no link at all.
 */
final class EntryTree {
    private final RandomGenerator random;
    private @Nullable Entry root;

    EntryTree(RandomGenerator random) {
        this.random = random;
    }

    /** Adds an entry, whose place and content are set. */
    void add(Entry entry) {
        entry.weight = random.nextInt();
        entry.left = null;
        entry.right = null;
        sumUp(entry);
        Entry above = null;
        Entry node = root;
        boolean toTheLeft = false;
        while (node != null) {
            include(node, entry);
            above = node;
            toTheLeft = entry.isBefore(node);
            node = toTheLeft ? node.left : node.right;
        }
        entry.parent = above;
        if (above == null) {
            root = entry;
        } else if (toTheLeft) {
            above.left = entry;
        } else {
            above.right = entry;
        }
        while (entry.parent != null && entry.weight < entry.parent.weight) {
            rotateUp(entry, entry.parent);
        }
    }

    /** Removes an entry, which must be in this tree. */
    void remove(Entry entry) {
        while (entry.left != null && entry.right != null) {
            rotateUp(entry.left.weight < entry.right.weight ? entry.left : entry.right, entry);
        }
        Entry above = entry.parent;
        Entry below = entry.left != null ? entry.left : entry.right;
        if (below != null) {
            below.parent = above;
        }
        replaceChild(above, entry, below);
        entry.parent = null;
        entry.left = null;
        entry.right = null;
        sumUpFrom(above);
    }

    void clear() {
        root = null;
    }

    /** Takes notice that an entry of this tree became due at another time, or pending, or is pending no more. */
    void changed(Entry entry) {
        sumUpFrom(entry);
    }

    /** The first entry in order that is due at {@code now}. */
    @Nullable
    Entry firstDue(long now) {
        if (earliestDue() > now) {
            return null;
        }
        Entry node = root;
        while (node != null) {
            if (node.left != null && node.left.earliestDue <= now) {
                node = node.left;
            } else if (node.due <= now) {
                return node;
            } else {
                node = node.right;
            }
        }
        return null;
    }

    /** When the next entry falls due, or did; {@link Entry#NEVER} if there is none. */
    long earliestDue() {
        return root == null ? Entry.NEVER : root.earliestDue;
    }

    /** The first entry in order. */
    @Nullable
    Entry first() {
        Entry node = root;
        while (node != null && node.left != null) {
            node = node.left;
        }
        return node;
    }

    /** The pending entry of the lowest number. */
    @Nullable
    Entry lowestPending() {
        Entry node = root;
        while (node != null && !(node.pending && node.number == node.lowestPendingNumber)) {
            Entry left = node.left;
            node = left != null && left.lowestPendingNumber == node.lowestPendingNumber ? left : node.right;
        }
        return node;
    }

    /** How many pending entries stand before {@code entry}. */
    long pendingBefore(Entry entry) {
        long before = entry.left == null ? 0 : entry.left.pendingSize;
        Entry node = entry;
        for (Entry above = node.parent; above != null; node = above, above = above.parent) {
            if (node == above.right) {
                before += above.pendingSize - node.pendingSize;
            }
        }
        return before;
    }

    /** How many entries are pending, or are not. */
    int count(boolean pending) {
        return root == null ? 0 : root.count(pending);
    }

    /** Collects entries that are pending, or are not, in order, from behind a place, until there are {@code limit}. */
    void collect(boolean pending, long afterRank, long afterNumber, int limit, List<Entry> into) {
        collect(root, pending, afterRank, afterNumber, limit, into);
    }

    private static void collect(
            @Nullable Entry node, boolean pending, long afterRank, long afterNumber, int limit, List<Entry> into) {
        if (node == null || node.count(pending) == 0 || into.size() >= limit) {
            return;
        }
        if (node.isAfter(afterRank, afterNumber)) {
            collect(node.left, pending, afterRank, afterNumber, limit, into);
            if (node.pending == pending && into.size() < limit) {
                into.add(node);
            }
        }
        collect(node.right, pending, afterRank, afterNumber, limit, into);
    }

    private void rotateUp(Entry child, Entry above) {
        Entry inner;
        if (above.left == child) {
            inner = child.right;
            above.left = inner;
            child.right = above;
        } else {
            inner = child.left;
            above.right = inner;
            child.left = above;
        }
        if (inner != null) {
            inner.parent = above;
        }
        Entry top = above.parent;
        child.parent = top;
        above.parent = child;
        replaceChild(top, above, child);
        sumUp(above);
        sumUp(child);
    }

    private void replaceChild(@Nullable Entry above, Entry old, @Nullable Entry replacement) {
        if (above == null) {
            root = replacement;
        } else if (above.left == old) {
            above.left = replacement;
        } else {
            above.right = replacement;
        }
    }

    private static void sumUpFrom(@Nullable Entry start) {
        for (Entry node = start; node != null; node = node.parent) {
            sumUp(node);
        }
    }

    private static void sumUp(Entry node) {
        int size = 1;
        int pendingSize = node.pending ? 1 : 0;
        long earliestDue = node.due;
        long lowestPendingNumber = node.pending ? node.number : Long.MAX_VALUE;
        Entry left = node.left;
        if (left != null) {
            size += left.size;
            pendingSize += left.pendingSize;
            earliestDue = Math.min(earliestDue, left.earliestDue);
            lowestPendingNumber = Math.min(lowestPendingNumber, left.lowestPendingNumber);
        }
        Entry right = node.right;
        if (right != null) {
            size += right.size;
            pendingSize += right.pendingSize;
            earliestDue = Math.min(earliestDue, right.earliestDue);
            lowestPendingNumber = Math.min(lowestPendingNumber, right.lowestPendingNumber);
        }
        node.size = size;
        node.pendingSize = pendingSize;
        node.earliestDue = earliestDue;
        node.lowestPendingNumber = lowestPendingNumber;
    }

    private static void include(Entry node, Entry added) {
        node.size++;
        node.earliestDue = Math.min(node.earliestDue, added.due);
        if (added.pending) {
            node.pendingSize++;
            node.lowestPendingNumber = Math.min(node.lowestPendingNumber, added.number);
        }
    }
}
