//! What stands behind the question mark of an address.

/// Names with their values, as they came. Of a name that is there twice the first counts.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what forms of browsers send (`application/x-www-form-urlencoded`); bytes that are no UTF-8
    /// are replaced.
    pub(super) fn of(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The same without a name, with its question mark where something is left.
    pub(super) fn without(&self, name: &str) -> String {
        let rest = self.0.iter().filter(|(known, _)| known != name);
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
        if text.is_empty() { text } else { format!("?{text}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_and_the_first_of_a_name_counts() {
        let query = Query::of("purl=pkg%3Anpm%2Fa%40%3C2&q=a+b&q=c&token=&%ff=1");
        assert_eq!(query.get("purl"), Some("pkg:npm/a@<2"));
        assert_eq!(query.get("q"), Some("a b"));
        assert_eq!(query.get("token"), Some(""));
        assert_eq!(query.get("since"), None);
    }

    #[test]
    fn a_name_can_be_taken_out() {
        assert_eq!(Query::of("token=x&q=a+%26b&token=y").without("token"), "?q=a+%26b");
        assert_eq!(Query::of("token=x").without("token"), "");
    }
}
