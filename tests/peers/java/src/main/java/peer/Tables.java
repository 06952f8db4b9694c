package peer;

import com.amazonaws.services.dynamodbv2.datamodeling.AttributeEncryptor;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapper;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig.SaveBehavior;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperConfig.TableNameOverride;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBMapperTableModel;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBQueryExpression;
import com.amazonaws.services.dynamodbv2.datamodeling.DynamoDBScanExpression;
import com.amazonaws.services.dynamodbv2.model.AttributeValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import peer.model.Badge;
import peer.model.Employee;
import peer.model.Person;
import peer.model.RestoredEmployee;
import peer.model.TolerantBadge;

/** Items of a table as objects of one modeled class, through `DynamoDBMapper` with `AttributeEncryptor`. */
final class Tables<T> {
    private final DynamoDBMapper mapper;
    private final DynamoDBMapperTableModel<T> model;

    private Tables(Setup setup, JsonNode request, Class<T> modeled) {
        DynamoDBMapperConfig config = DynamoDBMapperConfig.builder()
            // The encryptor cannot write a part of an item, which is the default of the mapper.
            .withSaveBehavior(SaveBehavior.PUT)
            .withTableNameOverride(TableNameOverride.withTableNameReplacement(setup.context.getTableName()))
            .build();
        mapper = new DynamoDBMapper(
            Providers.dynamoDb(request.required("endpoint")), config, new AttributeEncryptor(setup.provider));
        model = mapper.getTableModel(modeled);
    }

    static ObjectNode put(Setup setup, JsonNode request) {
        return open(setup, request).put(request.required("items"));
    }

    static ObjectNode get(Setup setup, JsonNode request) {
        return open(setup, request).get(request.required("keys"));
    }

    static ObjectNode query(Setup setup, JsonNode request) {
        return open(setup, request).query(Values.fromJson(request.required("partition")));
    }

    static ObjectNode scan(Setup setup, JsonNode request) {
        return open(setup, request).scan();
    }

    private static Tables<?> open(Setup setup, JsonNode request) {
        String modeled = request.required("interface").asText();
        return switch (modeled) {
            case "Employee" -> new Tables<>(setup, request, Employee.class);
            case "Person" -> new Tables<>(setup, request, Person.class);
            case "RestoredEmployee" -> new Tables<>(setup, request, RestoredEmployee.class);
            case "Badge" -> new Tables<>(setup, request, Badge.class);
            case "TolerantBadge" -> new Tables<>(setup, request, TolerantBadge.class);
            default -> throw new IllegalArgumentException("unknown class " + modeled);
        };
    }

    private ObjectNode put(JsonNode items) {
        return Items.each(items, item -> {
            mapper.save(model.unconvert(item));
            return null;
        });
    }

    private ObjectNode get(JsonNode keys) {
        return Items.each(keys, key -> {
            T found = mapper.load(model.unconvert(key));
            return found == null ? null : model.convert(found);
        });
    }

    private ObjectNode query(Map<String, AttributeValue> partition) {
        return found(mapper.query(
            model.targetType(), new DynamoDBQueryExpression<T>().withHashKeyValues(model.unconvert(partition))));
    }

    private ObjectNode scan() {
        return found(mapper.scan(model.targetType(), new DynamoDBScanExpression()));
    }

    private ObjectNode found(List<T> entities) {
        ObjectNode answer = Peer.JSON.createObjectNode();
        ArrayNode results = answer.putArray("results");
        for (T entity : entities) {
            results.addObject().set("item", Values.toJson(model.convert(entity)));
        }
        return answer;
    }
}
