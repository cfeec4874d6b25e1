//! Names and images of containers, from the JSON state of what runs them. Any other JSON, or none,
//! names nothing.

use model::text;
use serde_json::Value;

/// What a runtime tells of one container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: Option<String>,
    pub(crate) image: Option<String>,
}

/// Longer than any name or image reference; more is not believed.
const NAME_MAX: usize = 1024;

fn words(value: Option<&Value>) -> Option<String> {
    let word = value?.as_str()?.trim_start_matches('/');
    let is_plausible = !word.is_empty() && word.len() <= NAME_MAX;
    is_plausible.then(|| text::from_kernel(word.as_bytes()))
}

/// Docker's `config.v2.json`.
pub(crate) fn docker(bytes: &[u8]) -> Option<Named> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let image = value.pointer("/Config/Image");
    Some(Named { name: words(value.get("Name")), image: words(image) })
}

/// The answer of Docker's API to `GET /containers/json`: id, name and image of each that runs.
pub(crate) fn docker_list(bytes: &[u8]) -> Vec<(String, Named)> {
    let parsed: Result<Vec<Value>, _> = serde_json::from_slice(bytes);
    let named = |value: &Value| {
        let name = words(value.pointer("/Names/0"));
        let image = words(value.get("Image"));
        Some((words(value.get("Id"))?, Named { name, image }))
    };
    parsed.unwrap_or_default().iter().filter_map(named).collect()
}

/// `containers.json` of containers/storage, which Podman and CRI-O use.
pub(crate) fn storage(bytes: &[u8]) -> Vec<(String, Named)> {
    let parsed: Result<Vec<Value>, _> = serde_json::from_slice(bytes);
    let named = |value: &Value| {
        // Its own JSON, as text within the JSON.
        let metadata = value.get("metadata").and_then(Value::as_str).unwrap_or("");
        let metadata: Value = serde_json::from_str(metadata).unwrap_or_default();
        let name = words(value.pointer("/names/0"));
        Some((words(value.get("id"))?, Named { name, image: words(metadata.get("image-name")) }))
    };
    parsed.unwrap_or_default().iter().filter_map(named).collect()
}

/// An OCI bundle's `config.json`: names stand in annotations, each runtime's its own.
pub(crate) fn bundle(bytes: &[u8]) -> Option<Named> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let annotations = value.get("annotations")?;
    let first = |keys: &[&str]| keys.iter().find_map(|key| words(annotations.get(*key)));
    let name = first(&[
        "io.kubernetes.cri.container-name",
        "io.kubernetes.container.name",
        "nerdctl/name",
        "io.kubernetes.cri-o.ContainerName",
    ]);
    let sandbox = first(&["io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"]);
    let image = first(&["io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName"]);
    let name = match (sandbox, name) {
        (Some(pod), Some(name)) => Some(format!("{pod}/{name}")),
        (pod, name) => name.or(pod),
    };
    Some(Named { name, image })
}

/// The body of an answer over HTTP/1.0 that went well.
pub(crate) fn http_body(bytes: &[u8]) -> Option<&[u8]> {
    let status = bytes.split(|byte| *byte == b'\r').next()?;
    let is_good = status.starts_with(b"HTTP/1.") && status.get(8..12) == Some(b" 200");
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    is_good.then(|| &bytes[end + 4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, image: &str) -> Named {
        let some = |word: &str| (!word.is_empty()).then(|| word.to_owned());
        Named { name: some(name), image: some(image) }
    }

    #[test]
    fn docker_names_its_containers_with_a_slash() {
        let text = br#"{"ID":"ab","Name":"/web","Config":{"Image":"nginx:1","Env":["A=b"]}}"#;
        assert_eq!(docker(text), Some(named("web", "nginx:1")));
        assert_eq!(docker(b"{}"), Some(Named::default()));
        assert_eq!(docker(b"{\"Name\":"), None, "written just now");
        let answer = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n\
            [{\"Id\":\"ab\",\"Names\":[\"/web\",\"/x/y\"],\"Image\":\"nginx\"},{\"Id\":7}]";
        let list = http_body(answer).map(docker_list);
        assert_eq!(list, Some(vec![("ab".to_owned(), named("web", "nginx"))]));
        assert_eq!(http_body(b"HTTP/1.1 500 no\r\n\r\n[]"), None);
    }

    #[test]
    fn podman_hides_json_in_json() {
        let text = br#"[{"id":"cd","names":["db"],"metadata":"{\"image-name\":\"pg:16\"}"},
            {"id":"ef","metadata":"broken"}]"#;
        let expected = [("cd".to_owned(), named("db", "pg:16")), ("ef".to_owned(), named("", ""))];
        assert_eq!(storage(text), expected);
        assert!(storage(b"{}").is_empty());
    }

    #[test]
    fn bundles_name_pod_and_container() {
        let text = br#"{"annotations":{"io.kubernetes.cri.container-name":"app",
            "io.kubernetes.cri.sandbox-name":"pod-1","io.kubernetes.cri.image-name":"img"}}"#;
        assert_eq!(bundle(text), Some(named("pod-1/app", "img")));
        assert_eq!(bundle(br#"{"annotations":{"nerdctl/name":"n"}}"#), Some(named("n", "")));
        assert_eq!(bundle(b"{}"), None);
    }
}
