// For the guide's examples: an item written by a real client, from the test fixtures.

pub struct Fixture(serde_json::Value);

impl Fixture {
    pub fn read(file: &str) -> Self {
        let path = format!("{}/../tests/fixtures/{file}", env!("CARGO_MANIFEST_DIR"));
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    pub fn keys(&self) -> (Vec<u8>, Vec<u8>) {
        let provider = &self.0["setup"]["provider"];
        (base64(&provider["wrapping_key"]["secret"]), base64(&provider["signing_key"]["secret"]))
    }

    pub fn stored(&self) -> dynaseal::Item {
        let item = self.0["items"][0]["stored"].as_object().unwrap();
        item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
    }
}

fn base64(text: &serde_json::Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text.as_str().unwrap()).unwrap()
}

/// The stored items of the examples only contain strings, numbers and binaries.
fn attribute(value: &serde_json::Value) -> dynaseal::AttributeValue {
    match value.as_object().unwrap().iter().next().unwrap() {
        (kind, text) if kind == "S" => dynaseal::AttributeValue::S(text.as_str().unwrap().to_owned()),
        (kind, text) if kind == "N" => dynaseal::AttributeValue::N(text.as_str().unwrap().to_owned()),
        (_, text) => dynaseal::AttributeValue::B(base64(text).into()),
    }
}
