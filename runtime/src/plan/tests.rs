use super::*;

#[test]
fn the_shortest_length_within_the_budget_is_recommended() {
    let plan = zipf(100_000, 100_000, 0.0).most_unwanted(20.0).calculate().unwrap();
    let Recommendation::Beacon(row) = plan.recommendation() else { panic!("{plan}") };
    assert_eq!((row.partitions, row.bits), (1, 13));
    assert!(row.unwanted_rare <= 20.0, "{}", row.unwanted_rare);
    // One bit less reads more than the budget.
    assert!(formulas::unwanted(100_000, 1, 1, 12) > 20.0);
    assert!(plan.to_string().contains("`bits = 13` without partitions"), "{plan}");
}

#[test]
fn no_length_hides_a_few_distinct_frequencies() {
    let values = [vec!["core"; 700], vec!["legal"; 200], vec!["board"; 100]].into_iter().flatten();
    let plan = from_sample(values).items(100_000).partitions([1, 5]).calculate().unwrap();
    let Recommendation::NoLength(row) = plan.recommendation() else { panic!("{plan}") };
    assert!(row.ranked > 0.05);
    assert!(plan.to_string().contains("No length helps"), "{plan}");
}

#[test]
fn a_plan_is_deterministic() {
    let plan = || zipf(10_000, 500, 1.0).partitions([5, 1, 5]).bits([8, 4, 8]).calculate().unwrap();
    assert_eq!(plan(), plan());
    let rows: Vec<(u8, u8)> = plan().rows().iter().map(|row| (row.partitions, row.bits)).collect();
    assert!(rows.is_sorted(), "{rows:?}");
    assert!([(1, 4), (1, 8), (5, 4), (5, 8)].iter().all(|shown| rows.contains(shown)), "{rows:?}");
    assert_eq!(plan().chart().lines().count(), rows.len() + 1);
}

#[test]
fn out_of_range_input_is_rejected() {
    let planner = || zipf(100, 10, 1.0);
    for rejected in [
        from_sample(Vec::<u8>::new()),
        planner().items(0),
        planner().items(MOST_ITEMS + 1),
        zipf(u64::MAX, 10, 1.0),
        zipf(10, 0, 1.0),
        planner().partitions([]),
        planner().partitions([0]),
        planner().partitions([255]),
        planner().bits([0]),
        planner().bits([64]),
        planner().most_unwanted(0.0),
        planner().most_unwanted(f64::NAN),
        planner().most_ranked(1.5),
    ] {
        assert_eq!(rejected.calculate().unwrap_err().kind(), ErrorKind::Usage);
    }
}

#[test]
fn an_item_of_4_kb_costs_half_a_unit() {
    let plan = zipf(1_000, 1_000, 0.0).partitions([1, 4]).bits([32]).item_size(4096).calculate().unwrap();
    let units = |partitions| plan.rows().iter().find(|row| (row.partitions, row.bits) == (partitions, 32)).unwrap();
    assert_eq!(units(1).read_units_rare, 1.0, "one item and a little more by chance");
    assert_eq!(units(4).read_units_rare, 2.0, "each partition is asked");
}
