//! What can happen to requests on their way.

use dynaseal::testing::Fault;

/// What can happen to a request of any kind, other than that it is answered late.
pub const FAULTS: [Fault; 6] = [
    Fault::DropResponse,
    Fault::Reset,
    Fault::HalfResponse,
    Fault::FailBefore,
    Fault::Throttle,
    Fault::InternalServerError,
];
