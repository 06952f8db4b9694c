use dynaseal::KeyAttribute;

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, KeyAttribute)]
#[serde(rename_all = "lowercase")]
enum Department {
    Legal,
}

fn main() {}
