package peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The Java DynamoDB Encryption Client behind JSON lines: see ../README.md for the protocol. */
public final class Peer {
    static final ObjectMapper JSON = new ObjectMapper();

    /** Loading an RSA key takes longer than using it, so what a setup builds is kept. */
    private static final Map<JsonNode, Setup> SETUPS = new HashMap<>();

    private Peer() {}

    public static void main(String[] arguments) throws IOException {
        // Only responses may reach the real standard output, regardless of what a library prints.
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.print(JSON.writeValueAsString(answer(line)) + "\n");
            answers.flush();
        }
    }

    private static JsonNode answer(String line) {
        try {
            JsonNode request = JSON.readTree(line);
            return switch (request.required("operation").asText()) {
                case "describe" -> describe();
                case "encrypt" -> Items.encrypt(setup(request), request);
                case "decrypt" -> Items.decrypt(setup(request), request);
                case "measure" -> Items.measure(setup(request), request);
                case "put" -> Tables.put(setup(request), request);
                case "get" -> Tables.get(setup(request), request);
                case "query" -> Tables.query(setup(request), request);
                case "scan" -> Tables.scan(setup(request), request);
                default -> throw new IllegalArgumentException("unknown operation");
            };
        } catch (Exception error) {
            return Items.failure(error);
        }
    }

    private static Setup setup(JsonNode request) throws Exception {
        JsonNode description = request.required("setup");
        Setup known = SETUPS.get(description);
        if (known == null) {
            known = new Setup(description);
            SETUPS.put(description, known);
        }
        return known;
    }

    private static ObjectNode describe() throws IOException {
        String client = "com.amazonaws/aws-dynamodb-encryption-java";
        Properties properties = new Properties();
        try (InputStream file = Peer.class.getResourceAsStream("/META-INF/maven/" + client + "/pom.properties")) {
            properties.load(file);
        }
        return JSON.createObjectNode()
            .put("client", client.replace('/', ':'))
            .put("version", properties.getProperty("version"))
            .put("runtime", "Java " + System.getProperty("java.version"));
    }
}
