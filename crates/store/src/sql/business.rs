//! Businesses, orders and returns.

use peyk_model::{Business, BusinessId, CampaignId, Order, OrderId, PersonId, Return, ReturnId};

use crate::value::{Row, values};
use crate::{Fault, Tx};

fn read_business(row: &Row<'_>) -> Result<Business, Fault> {
    Ok(Business { id: BusinessId(row.get(0)?), name: row.get(1)?, notification_url: row.get(2)? })
}

fn read_order(row: &Row<'_>) -> Result<Order, Fault> {
    Ok(Order {
        id: OrderId(row.get(0)?),
        business: BusinessId(row.get(1)?),
        campaign: CampaignId(row.get(2)?),
        customer: PersonId(row.get(3)?),
    })
}

fn read_return(row: &Row<'_>) -> Result<Return, Fault> {
    Ok(Return { id: ReturnId(row.get(0)?), order: OrderId(row.get(1)?) })
}

impl Tx<'_> {
    /// The business with this id.
    pub fn business(&mut self, id: BusinessId) -> Result<Option<Business>, Fault> {
        self.first(
            "SELECT id, name, notification_url FROM businesses WHERE id = $1",
            values![id.0],
            read_business,
        )
    }

    /// Businesses by id, after this one.
    pub fn businesses_after(
        &mut self,
        last: BusinessId,
        limit: i64,
    ) -> Result<Vec<Business>, Fault> {
        self.all(
            "SELECT id, name, notification_url FROM businesses WHERE id > $1 ORDER BY id LIMIT $2",
            values![last.0, limit],
            read_business,
        )
    }

    /// Adds a business, or changes the one with this id.
    pub fn upsert_business(&mut self, business: &Business) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO businesses (id, name, notification_url) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name,
             notification_url = excluded.notification_url",
            values![business.id.0, &business.name, business.notification_url.as_ref()],
        )?;
        Ok(())
    }

    /// The order with this id.
    pub fn order(&mut self, id: OrderId) -> Result<Option<Order>, Fault> {
        self.first(
            "SELECT id, business_id, campaign_id, customer_id FROM orders WHERE id = $1",
            values![id.0],
            read_order,
        )
    }

    /// What a person bought, the newest first.
    pub fn orders_of_customer(
        &mut self,
        customer: PersonId,
        limit: i64,
    ) -> Result<Vec<Order>, Fault> {
        self.all(
            "SELECT id, business_id, campaign_id, customer_id FROM orders WHERE customer_id = $1
             ORDER BY id DESC LIMIT $2",
            values![customer.0, limit],
            read_order,
        )
    }

    /// What a person sends back, the newest first.
    pub fn returns_of_customer(
        &mut self,
        customer: PersonId,
        limit: i64,
    ) -> Result<Vec<Return>, Fault> {
        self.all(
            "SELECT r.id, r.order_id FROM returns r JOIN orders o ON o.id = r.order_id
             WHERE o.customer_id = $1 ORDER BY r.id DESC LIMIT $2",
            values![customer.0, limit],
            read_return,
        )
    }

    /// Adds an order, or changes the one with this id.
    pub fn upsert_order(&mut self, order: &Order) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO orders (id, business_id, campaign_id, customer_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (id) DO UPDATE SET business_id = excluded.business_id,
             campaign_id = excluded.campaign_id, customer_id = excluded.customer_id",
            values![order.id.0, order.business.0, order.campaign.0, order.customer.0],
        )?;
        Ok(())
    }

    /// The return with this id.
    pub fn return_of_goods(&mut self, id: ReturnId) -> Result<Option<Return>, Fault> {
        self.first("SELECT id, order_id FROM returns WHERE id = $1", values![id.0], read_return)
    }

    /// Adds a return, or changes the one with this id.
    pub fn upsert_return(&mut self, goods: &Return) -> Result<(), Fault> {
        self.execute(
            "INSERT INTO returns (id, order_id) VALUES ($1, $2)
             ON CONFLICT (id) DO UPDATE SET order_id = excluded.order_id",
            values![goods.id.0, goods.order.0],
        )?;
        Ok(())
    }
}
