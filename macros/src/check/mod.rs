//! The rules for entities. Each rule is one function, which reports its errors and does not prevent the others.

mod actions;
mod aliases;
mod beacons;
mod compounds;
mod container;
mod context;
mod forms;
mod indexes;
mod keys;
mod managed;
mod names;
mod options;
mod templates;
mod tenant;
mod ttl;

use self::names::Name;
use crate::ast::Container;
use crate::ctxt::Ctxt;

/// Reports every error of the struct.
pub(crate) fn check(ctxt: &Ctxt, container: &Container) {
    container::check_is_a_struct_with_named_fields(ctxt, container);
    container::check_has_no_lifetimes(ctxt, container);
    container::check_has_no_field_attributes(ctxt, container);
    container::check_logical_table_name_is_not_empty(ctxt, container);
    container::check_discriminator_is_not_empty(ctxt, container);
    context::check_unsigned_prefix_is_not_empty(ctxt, container);
    options::check_options_once(ctxt, &container.options);
    if let Some((discriminator, _)) = container.discriminator() {
        options::check_options_once(ctxt, &discriminator.options);
    }

    let Ok(fields) = &container.fields else { return };
    keys::check_one_partition_key(ctxt, container, fields);
    keys::check_at_most_one_sort_key(ctxt, container, fields);
    for field in fields {
        options::check_attributes_once(ctxt, field);
        options::check_options_once(ctxt, &field.options);
        options::check_skipped_field_has_nothing_else(ctxt, field);
        options::check_one_encoding(ctxt, field);
        aliases::check_key_has_no_alias(ctxt, field);
        aliases::check_version_has_no_alias(ctxt, field);
        aliases::check_alias_suits_the_action(ctxt, field);
        keys::check_one_key_role(ctxt, field);
        keys::check_key_is_not_encrypted(ctxt, field);
        keys::check_key_is_signed(ctxt, field);
        keys::check_key_is_never_absent(ctxt, field);
        keys::check_key_has_no_bytes_option(ctxt, field);
        keys::check_key_has_no_with_option(ctxt, field);
        keys::check_key_is_no_set(ctxt, field);
        indexes::check_index_key_has_no_other_form(ctxt, container, field);
        actions::check_one_action(ctxt, field);
        actions::check_action_is_explicit(ctxt, container, field);
        context::check_included_is_always_there(ctxt, field);
        managed::check_key_is_not_managed(ctxt, field);
        managed::check_one_managed_value(ctxt, field);
        managed::check_version_is_readable(ctxt, field);
        managed::check_version_is_signed(ctxt, field);
        managed::check_version_is_not_included(ctxt, field);
        managed::check_version_has_no_other_form(ctxt, field);
        templates::check_field_template_is_that_of_a_key(ctxt, container, field);
        tenant::check_tenant_is_in_the_encryption_context(ctxt, field);
        tenant::check_tenant_is_text(ctxt, field);
        ttl::check_ttl_is_readable(ctxt, field);
        ttl::check_ttl_has_no_other_form(ctxt, field);
        container::check_field_owns_its_value(ctxt, field);
        container::check_field_can_be_sent(ctxt, field);
    }
    managed::check_each_managed_value_once(ctxt, fields);
    tenant::check_at_most_one_tenant(ctxt, fields);
    ttl::check_at_most_one_ttl(ctxt, fields);

    for declared in container.beacons() {
        options::check_options_once(ctxt, &declared.beacon.options);
        beacons::check_beacon_is_of_an_encrypted_field(ctxt, &declared);
        beacons::check_beacon_has_a_length(ctxt, &declared);
        beacons::check_beacon_of_the_struct_is_complete(ctxt, container, &declared);
        beacons::check_beacon_path_is_unambiguous(ctxt, &declared);
        beacons::check_beacon_cuts_something(ctxt, &declared);
        beacons::check_transforms_differ(ctxt, &declared);
        beacons::check_set_beacon_is_plain(ctxt, &declared);
        beacons::check_shared_beacon_fits(ctxt, container, &declared);
        forms::check_form_is_called_an_extension(ctxt, &declared);
        forms::check_one_form(ctxt, &declared);
        forms::check_form_suits_the_other_options(ctxt, &declared);
        forms::check_buckets_are_of_a_known_form(ctxt, &declared);
        forms::check_form_is_within_limits(ctxt, &declared);
    }
    for (compound, word) in container.compounds() {
        options::check_options_once(ctxt, &compound.options);
        compounds::check_compound_is_complete(ctxt, compound, word);
        compounds::check_parts_are_what_they_are_called(ctxt, container, compound);
        compounds::check_prefixes_tell_parts_apart(ctxt, compound);
        compounds::check_constructors_differ(ctxt, compound);
        compounds::check_compound_name_is_free(ctxt, container, compound);
    }
    beacons::check_beacon_names_are_free(ctxt, container);
    beacons::check_each_value_has_one_beacon(ctxt, container);
    beacons::check_partitions(ctxt, container);

    for (index, word) in container.indexes() {
        options::check_options_once(ctxt, &index.options);
        indexes::check_index_has_a_name(ctxt, index, word);
        indexes::check_index_name_is_valid(ctxt, index);
        indexes::check_index_has_a_partition_key(ctxt, index, word);
        indexes::check_local_index_is_sorted(ctxt, container, index);
        indexes::check_index_names_fields(ctxt, container, index);
        indexes::check_index_keys_are_not_encrypted(ctxt, container, index);
        beacons::check_index_beacons_are_stored(ctxt, container, index);
        indexes::check_index_keys_differ(ctxt, container, index);
        indexes::check_local_index_is_another(ctxt, container, index);
        indexes::check_included_fields_are_no_keys(ctxt, container, index);
    }
    indexes::check_index_names_are_unique(ctxt, container);
    indexes::check_at_most_five_local_indexes(ctxt, container);
    indexes::check_at_most_a_hundred_included_fields(ctxt, container);

    templates::check_partition_key_is_not_constant(ctxt, container);
    for (composite, word) in container.composites() {
        options::check_options_once(ctxt, &composite.options);
        templates::check_composite_is_complete(ctxt, composite, word);
        if let Some(template) = composite.template() {
            templates::check_template_names_fields(ctxt, container, template);
            templates::check_template_fields_are_signed_in_plain(ctxt, container, template);
        }
    }
    for made in container.templates() {
        templates::check_template_fields_have_no_other_form(ctxt, &made, container);
    }

    let names = Name::all(container);
    for name in &names {
        names::check_name_is_not_reserved(ctxt, name);
        names::check_name_is_not_the_sdks(ctxt, name);
        names::check_name_is_not_replications(ctxt, name);
        names::check_signed_name_has_no_unsigned_prefix(ctxt, container, name);
        names::check_name_is_not_empty(ctxt, name);
        names::check_name_is_not_too_long(ctxt, name);
    }
    names::check_names_are_unique(ctxt, &names);
}
