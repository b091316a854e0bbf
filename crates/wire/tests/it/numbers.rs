//! Numbers in the forms that real clients send.

use peyk_wire::kenar::message::ImageData;
use peyk_wire::market::context::ContextRef;
use peyk_wire::market::get_chats::GetChatsRequest;
use peyk_wire::market::paging::PageQuery;
use peyk_wire::{Uint64Form, Uint64Text};
use serde_json::{Value, json};

fn id(id: Value) -> Result<Option<i64>, serde_json::Error> {
    serde_json::from_value::<ContextRef>(json!({ "id": id })).map(|context| context.id)
}

#[test]
fn an_id_may_be_a_number_or_a_decimal_string() {
    assert_eq!(id(json!(1_780_612_617_058_078_i64)).unwrap(), Some(1_780_612_617_058_078));
    assert_eq!(id(json!("1780612617058078")).unwrap(), Some(1_780_612_617_058_078));
    assert_eq!(id(json!("-9223372036854775808")).unwrap(), Some(i64::MIN));
    assert_eq!(id(json!(7.0)).unwrap(), Some(7));
    assert_eq!(id(json!(null)).unwrap(), None);
}

#[test]
fn an_id_that_is_no_whole_number_is_refused() {
    for wrong in [json!(""), json!("x"), json!("1.5"), json!(1.5), json!(1e300), json!(true)] {
        assert!(id(wrong.clone()).is_err(), "{wrong}");
    }
    for wrong in [json!({}), json!([1]), json!(u64::MAX), json!("9223372036854775808")] {
        assert!(id(wrong.clone()).is_err(), "{wrong}");
    }
}

#[test]
fn a_list_of_ids_may_mix_both_forms() {
    let request: GetChatsRequest = serde_json::from_value(json!({ "orderIds": [1, "2"] })).unwrap();
    assert_eq!(request.order_ids, Some(vec![1, 2]));
    assert!(serde_json::from_value::<GetChatsRequest>(json!({ "orderIds": [null] })).is_err());
}

#[test]
fn a_limit_beyond_32_bits_is_refused() {
    assert!(serde_json::from_value::<PageQuery>(json!({ "limit": 2_147_483_648_i64 })).is_err());
    let query: PageQuery = serde_json::from_value(json!({ "limit": "20" })).unwrap();
    assert_eq!(query.limit, Some(20));
}

#[test]
fn a_size_is_written_as_a_string_and_read_in_both_forms() {
    for size in [json!("204800"), json!(204_800)] {
        let image: ImageData = serde_json::from_value(json!({ "size_bytes": size })).unwrap();
        assert_eq!(image.size_bytes, Some(Uint64Text(204_800)));
        assert_eq!(serde_json::to_value(image).unwrap(), json!({ "size_bytes": "204800" }));
    }
}

#[test]
fn a_size_in_an_event_keeps_its_form() {
    for size in [json!("204800"), json!(204_800)] {
        let form: Uint64Form = serde_json::from_value(size.clone()).unwrap();
        assert_eq!(form.value(), 204_800);
        assert_eq!(serde_json::to_value(form).unwrap(), size);
    }
    assert!(serde_json::from_value::<Uint64Form>(json!(-1)).is_err());
    assert!(serde_json::from_value::<Uint64Form>(json!("many")).is_err());
}
