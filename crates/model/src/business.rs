//! Businesses: sellers' cabinets with their orders and returns.

use crate::{BusinessId, CampaignId, OrderId, PersonId, ReturnId};

/// A seller's cabinet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Business {
    /// The public id.
    pub id: BusinessId,
    /// The name people see.
    pub name: String,
    /// Where its notifications are posted.
    pub notification_url: Option<String>,
}

/// A purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The public id.
    pub id: OrderId,
    /// Who sold.
    pub business: BusinessId,
    /// In which of the business's shops.
    pub campaign: CampaignId,
    /// Who bought.
    pub customer: PersonId,
}

/// Goods on their way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// The public id.
    pub id: ReturnId,
    /// Of which order.
    pub order: OrderId,
}
