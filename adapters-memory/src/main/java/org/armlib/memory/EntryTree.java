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
    private final boolean summed;
    private @Nullable Entry root;
    private @Nullable Entry first;
    private @Nullable Entry last;
    private int size;

    private EntryTree(RandomGenerator random, boolean summed) {
        this.random = random;
        this.summed = summed;
    }

    /** A tree of live entries. */
    static EntryTree summed(RandomGenerator random) {
        return new EntryTree(random, true);
    }

    /**
     * A tree that is asked only for its first entry, for lists and for its size: adding behind the last entry and removing
     * the first takes expected constant time in it. Its entries are not pending and never due.
     */
    static EntryTree unsummed(RandomGenerator random) {
        return new EntryTree(random, false);
    }

    /** Adds an entry, whose place and content are set. */
    void add(Entry entry) {
        entry.weight = random.nextInt();
        if (summed) {
            sumUp(entry);
        }
        boolean behind = last == null || last.isBefore(entry);
        if (first == null || entry.isBefore(first)) {
            first = entry;
        }
        link(entry, behind);
        if (behind) {
            last = entry;
        }
        size++;
        while (entry.parent != null && entry.weight < entry.parent.weight) {
            rotateUp(entry, entry.parent);
        }
    }

    /** Makes an entry a leaf, behind the last one or wherever it belongs. */
    private void link(Entry entry, boolean behind) {
        Entry above = null;
        boolean toTheLeft = false;
        if (behind) {
            above = last;
            for (Entry node = summed ? above : null; node != null; node = node.parent) {
                include(node, entry);
            }
        } else {
            for (Entry node = root; node != null; node = toTheLeft ? node.left : node.right) {
                if (summed) {
                    include(node, entry);
                }
                above = node;
                toTheLeft = entry.isBefore(node);
            }
        }
        entry.parent = above;
        if (above == null) {
            root = entry;
        } else if (toTheLeft) {
            above.left = entry;
        } else {
            above.right = entry;
        }
    }

    /** Removes an entry, which must be in this tree. */
    void remove(Entry entry) {
        if (entry == first) {
            first = entry.right == null ? entry.parent : leftmost(entry.right);
        }
        if (entry == last) {
            last = entry.left == null ? entry.parent : rightmost(entry.left);
        }
        size--;
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
        if (summed) {
            adjust(above, -1, entry, entry.due, entry.pending, Entry.NEVER, false);
        }
    }

    void clear() {
        root = null;
        first = null;
        last = null;
        size = 0;
    }

    /** Makes an entry of this tree due at another time, and pending or not. */
    void update(Entry entry, long due, boolean pending) {
        long oldDue = entry.due;
        boolean wasPending = entry.pending;
        entry.due = due;
        entry.pending = pending;
        adjust(entry, 0, entry, oldDue, wasPending, due, pending);
    }

    /** The first entry in order that is due at {@code now}. */
    @Nullable
    Entry firstDue(long now) {
        if (first == null || first.due <= now) {
            return first;
        }
        Entry node = earliestDue() <= now ? root : null;
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
        return first;
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
        int pendings = !summed || root == null ? 0 : root.pendingSize;
        return pending ? pendings : size - pendings;
    }

    /** Collects entries that are pending, or are not, in order, from behind a place, until there are {@code limit}. */
    void collect(boolean pending, long afterRank, long afterNumber, int limit, List<Entry> into) {
        collect(root, pending, afterRank, afterNumber, limit, into);
    }

    private void collect(
            @Nullable Entry node, boolean pending, long afterRank, long afterNumber, int limit, List<Entry> into) {
        if (node == null || (summed && node.count(pending) == 0) || into.size() >= limit) {
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
        if (summed) {
            sumUp(above);
            sumUp(child);
        }
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

    /**
     * Corrects the sums of {@code start} and everything above. A minimum is looked for anew, which reads both children,
     * only where the old one went away.
     */
    private static void adjust(
            @Nullable Entry start,
            int sizeChange,
            Entry entry,
            long oldDue,
            boolean wasPending,
            long newDue,
            boolean isPending) {
        int pendingChange = (isPending ? 1 : 0) - (wasPending ? 1 : 0);
        for (Entry node = start; node != null; node = node.parent) {
            if (node.earliestDue == oldDue || (wasPending && node.lowestPendingNumber == entry.number)) {
                sumUp(node);
                continue;
            }
            node.size += sizeChange;
            node.pendingSize += pendingChange;
            node.earliestDue = Math.min(node.earliestDue, newDue);
            if (isPending) {
                node.lowestPendingNumber = Math.min(node.lowestPendingNumber, entry.number);
            }
        }
    }

    private static Entry leftmost(Entry start) {
        Entry node = start;
        while (node.left != null) {
            node = node.left;
        }
        return node;
    }

    private static Entry rightmost(Entry start) {
        Entry node = start;
        while (node.right != null) {
            node = node.right;
        }
        return node;
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
