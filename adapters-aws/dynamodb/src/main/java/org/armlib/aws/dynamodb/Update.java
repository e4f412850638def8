package org.armlib.aws.dynamodb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What makes one item of another: the attributes of ours that differ, and no others. */
record Update(Map<String, String> names, Map<String, AttributeValue> values, String expression) {

    static Update of(Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
        Map<String, String> names = new HashMap<>();
        Map<String, AttributeValue> values = new HashMap<>();
        List<String> set = new ArrayList<>();
        List<String> remove = new ArrayList<>();
        for (String name : Items.OURS) {
            AttributeValue old = before.get(name);
            AttributeValue next = after.get(name);
            if (next == null && old != null) {
                names.put("#" + name, name);
                remove.add("#" + name);
            } else if (next != null && !next.equals(old)) {
                names.put("#" + name, name);
                values.put(":" + name, next);
                set.add("#" + name + " = :" + name);
            }
        }
        String expression =
                "SET " + String.join(", ", set) + (remove.isEmpty() ? "" : " REMOVE " + String.join(", ", remove));
        return new Update(names, values, expression);
    }

    /** Adds it to a request that may have a condition with names and values of its own already. */
    UpdateItemRequest.Builder addTo(UpdateItemRequest.Builder request) {
        UpdateItemRequest condition = request.build();
        Map<String, String> allNames = new HashMap<>(names);
        allNames.putAll(condition.expressionAttributeNames());
        Map<String, AttributeValue> allValues = new HashMap<>(values);
        allValues.putAll(condition.expressionAttributeValues());
        return request.updateExpression(expression)
                .expressionAttributeNames(allNames)
                .expressionAttributeValues(allValues);
    }
}
