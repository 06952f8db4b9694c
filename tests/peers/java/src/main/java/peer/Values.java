package peer;

import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** DynamoDB JSON to the AWS SDK's values, and back. */
final class Values {
    private Values() {}

    static Map<String, AttributeValue> fromJson(JsonNode item) {
        Map<String, AttributeValue> values = new LinkedHashMap<>();
        item.fields().forEachRemaining(field -> values.put(field.getKey(), value(field.getValue())));
        return values;
    }

    static AttributeValue value(JsonNode value) {
        Map.Entry<String, JsonNode> field = value.fields().next();
        JsonNode content = field.getValue();
        return switch (field.getKey()) {
            case "S" -> new AttributeValue().withS(content.textValue());
            case "N" -> new AttributeValue().withN(content.textValue());
            case "B" -> new AttributeValue().withB(bytes(content));
            case "BOOL" -> new AttributeValue().withBOOL(content.booleanValue());
            case "NULL" -> new AttributeValue().withNULL(content.booleanValue());
            case "SS" -> new AttributeValue().withSS(members(content, JsonNode::textValue));
            case "NS" -> new AttributeValue().withNS(members(content, JsonNode::textValue));
            case "BS" -> new AttributeValue().withBS(members(content, Values::bytes));
            case "L" -> new AttributeValue().withL(members(content, Values::value));
            case "M" -> new AttributeValue().withM(fromJson(content));
            default -> throw new IllegalArgumentException("unknown type " + field.getKey());
        };
    }

    private static <T> List<T> members(JsonNode content, Function<JsonNode, T> convert) {
        List<T> members = new ArrayList<>(content.size());
        content.forEach(member -> members.add(convert.apply(member)));
        return members;
    }

    private static ByteBuffer bytes(JsonNode content) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(content.textValue()));
    }

    static ObjectNode toJson(Map<String, AttributeValue> item) {
        ObjectNode json = Peer.JSON.createObjectNode();
        item.forEach((name, value) -> json.set(name, json(value)));
        return json;
    }

    private static ObjectNode json(AttributeValue value) {
        ObjectNode json = Peer.JSON.createObjectNode();
        if (value.getS() != null) {
            return json.put("S", value.getS());
        } else if (value.getN() != null) {
            return json.put("N", value.getN());
        } else if (value.getB() != null) {
            return json.put("B", base64(value.getB()));
        } else if (value.getBOOL() != null) {
            return json.put("BOOL", value.getBOOL());
        } else if (value.getNULL() != null) {
            return json.put("NULL", value.getNULL());
        } else if (value.getSS() != null) {
            return json.set("SS", array(value.getSS(), ArrayNode::add));
        } else if (value.getNS() != null) {
            return json.set("NS", array(value.getNS(), ArrayNode::add));
        } else if (value.getBS() != null) {
            return json.set("BS", array(value.getBS(), (array, member) -> array.add(base64(member))));
        } else if (value.getL() != null) {
            return json.set("L", array(value.getL(), (array, member) -> array.add(json(member))));
        } else if (value.getM() != null) {
            return json.set("M", toJson(value.getM()));
        }
        throw new IllegalArgumentException("a value without a type");
    }

    private interface Adder<T> {
        void add(ArrayNode array, T member);
    }

    private static <T> ArrayNode array(List<T> members, Adder<T> adder) {
        ArrayNode array = Peer.JSON.createArrayNode();
        members.forEach(member -> adder.add(array, member));
        return array;
    }

    private static String base64(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
