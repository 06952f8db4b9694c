package peer;

import com.amazonaws.services.dynamodbv2.datamodeling.encryption.EncryptionFlags;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** Items of a request, one by one, through the client's item-level methods. */
final class Items {
    private Items() {}

    static ObjectNode encrypt(Setup setup, JsonNode request) {
        return each(request.required("items"), item ->
            setup.encryptor.encryptRecord(item, setup.flags(item), setup.context));
    }

    static ObjectNode decrypt(Setup setup, JsonNode request) {
        return each(request.required("items"), item ->
            setup.encryptor.decryptRecord(item, setup.flags(item), setup.context));
    }

    static ObjectNode measure(Setup setup, JsonNode request) throws Exception {
        Map<String, AttributeValue> item = Values.fromJson(request.required("items").required(0));
        Map<String, Set<EncryptionFlags>> flags = setup.flags(item);
        Map<String, AttributeValue> stored = setup.encryptor.encryptRecord(item, flags, setup.context);
        double seconds = request.required("seconds").asDouble();
        return Peer.JSON.createObjectNode()
            .put("encrypt", microseconds(seconds, () -> setup.encryptor.encryptRecord(item, flags, setup.context)))
            .put("decrypt", microseconds(seconds, () -> setup.encryptor.decryptRecord(stored, flags, setup.context)));
    }

    private static double microseconds(double seconds, Callable<?> work) throws Exception {
        long start = System.nanoTime();
        long elapsed = 0;
        long count = 0;
        while (elapsed < seconds * 1e9) {
            work.call();
            count++;
            elapsed = System.nanoTime() - start;
        }
        return elapsed / 1e3 / count;
    }

    interface Operation {
        /** Null if there is no item to return. */
        Map<String, AttributeValue> apply(Map<String, AttributeValue> item) throws Exception;
    }

    static ObjectNode each(JsonNode items, Operation operation) {
        ObjectNode answer = Peer.JSON.createObjectNode();
        ArrayNode results = answer.putArray("results");
        for (JsonNode item : items) {
            results.add(attempt(item, operation));
        }
        return answer;
    }

    private static ObjectNode attempt(JsonNode item, Operation operation) {
        try {
            Map<String, AttributeValue> result = operation.apply(Values.fromJson(item));
            return Peer.JSON.createObjectNode().set("item", result == null ? null : Values.toJson(result));
        } catch (Exception | StackOverflowError error) {
            return failure(error);
        }
    }

    static ObjectNode failure(Throwable error) {
        ObjectNode described = Peer.JSON.createObjectNode()
            .put("class", error.getClass().getName())
            .put("message", String.valueOf(error.getMessage()));
        if (error.getCause() != null) {
            described.set("cause", failure(error.getCause()).get("error"));
        }
        return Peer.JSON.createObjectNode().set("error", described);
    }
}
