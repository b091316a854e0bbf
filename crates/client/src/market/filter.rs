//! Which chats: different filters narrow each other, the values inside one widen it.

use peyk_wire::market::get_chats::GetChatsRequest;

use super::{ChatStatus, ChatType, ContextType, OrderId, Subject};

/// Which chats; without a filter all of them.
///
/// ```
/// use peyk_client::market::{ChatFilter, ChatStatus, ContextType};
///
/// let filter = ChatFilter::new()
///     .status(ChatStatus::New)
///     .status(ChatStatus::WaitingForPartner)
///     .about_any(ContextType::Order);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatFilter(GetChatsRequest);

/// Values are unique in a request, and a list is absent rather than empty.
fn add<T: PartialEq>(list: &mut Option<Vec<T>>, value: T) {
    let list = list.get_or_insert_default();
    if !list.contains(&value) {
        list.push(value);
    }
}

impl ChatFilter {
    /// Every chat.
    ///
    /// ```
    /// # use peyk_client::market::{ChatFilter, ChatStatus, ChatType, ContextType, OrderId};
    /// assert_eq!(ChatFilter::new(), ChatFilter::default());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Chats about this order or return, among others given.
    ///
    /// ```
    /// # use peyk_client::market::{ChatFilter, ChatStatus, ChatType, ContextType, OrderId};
    /// let filter = ChatFilter::new().about(OrderId(90001)).about(OrderId(90002));
    /// ```
    #[must_use]
    pub fn about(mut self, subject: impl Into<Subject>) -> Self {
        add(&mut self.0.contexts, subject.into().to_wire());
        self
    }

    /// Chats about things of this kind, among others given.
    ///
    /// ```
    /// # use peyk_client::market::{ChatFilter, ChatStatus, ChatType, ContextType, OrderId};
    /// let filter = ChatFilter::new().about_any(ContextType::Return);
    /// ```
    #[must_use]
    pub fn about_any(mut self, kind: ContextType) -> Self {
        add(&mut self.0.context_types, kind);
        self
    }

    /// Chats of this kind, among others given.
    ///
    /// ```
    /// # use peyk_client::market::{ChatFilter, ChatStatus, ChatType, ContextType, OrderId};
    /// let filter = ChatFilter::new().kind(ChatType::Arbitrage);
    /// ```
    #[must_use]
    pub fn kind(mut self, kind: ChatType) -> Self {
        add(&mut self.0.types, kind);
        self
    }

    /// Chats in this state, among others given.
    ///
    /// ```
    /// # use peyk_client::market::{ChatFilter, ChatStatus, ChatType, ContextType, OrderId};
    /// let filter = ChatFilter::new().status(ChatStatus::New);
    /// ```
    #[must_use]
    pub fn status(mut self, status: ChatStatus) -> Self {
        add(&mut self.0.statuses, status);
        self
    }

    /// Chats about this order, in the deprecated form.
    ///
    /// ```
    /// # use peyk_client::market::{ChatFilter, ChatStatus, ChatType, ContextType, OrderId};
    /// let filter = ChatFilter::new().order(OrderId(90001));
    /// ```
    #[must_use]
    pub fn order(mut self, order: OrderId) -> Self {
        add(&mut self.0.order_ids, order.0);
        self
    }

    pub(super) fn as_wire(&self) -> &GetChatsRequest {
        &self.0
    }
}
