//! Types with a value for an absent attribute.

/// A type with a value for an absent attribute: `None` of an `Option`, for example.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no value for an absent attribute",
    label = "cannot be read back when `skip_if` left it out",
    note = "what `skip_if` leaves out has to be read back as something: add `default`, as in `#[item(skip_if = .., default)]`",
    note = "or make the field an `Option`, which is omitted when it is `None`"
)]
pub trait AbsentValue {}

#[diagnostic::do_not_recommend]
impl<T> AbsentValue for Option<T> {}
#[diagnostic::do_not_recommend]
impl AbsentValue for () {}
#[diagnostic::do_not_recommend]
impl AbsentValue for serde_json::Value {}

/// Compiles only for such types.
pub const fn can_be_absent<T: AbsentValue>() {}
