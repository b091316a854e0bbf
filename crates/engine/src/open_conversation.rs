//! Opening: a conversation about one thing between the same sides exists once.

use peyk_model::{
    AppId, BusinessId, Conversation, ConversationId, ConversationKey, Kind, Noun, OrderId, Party,
    PersonId, PostToken, Refusal, ReturnId, Status, Subject,
};

use crate::error::Result;
use crate::{Context, events};

/// What a conversation is opened about, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A buyer asks about a post.
    Post {
        /// The post.
        post: PostToken,
        /// Who asks.
        buyer: PersonId,
    },
    /// A person talks with an app's bot.
    Bot {
        /// The app.
        app: AppId,
        /// The person.
        person: PersonId,
    },
    /// A purchase.
    Order(OrderId),
    /// Goods on their way back.
    Return(ReturnId),
    /// A customer asks a shop.
    Direct {
        /// The shop.
        business: BusinessId,
        /// Who asks.
        customer: PersonId,
    },
}

/// A conversation that is open now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The conversation.
    pub conversation: Conversation,
    /// Whether it was opened just now.
    pub is_new: bool,
}

/// Ids that a World chose for a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChosenIds {
    /// The number.
    pub id: Option<ConversationId>,
    /// The key.
    pub key: Option<ConversationKey>,
}

struct Sides {
    subject: Subject,
    buyer: PersonId,
    seller: Party,
}

impl Opening {
    /// Who talks about what; refuses what does not exist.
    fn sides(&self, context: &mut Context<'_, '_>) -> Result<Sides> {
        let tx = &mut *context.tx;
        match self {
            Self::Post { post, buyer } => {
                let found = tx.post(post)?;
                let found = found.ok_or_else(|| Refusal::not_found(Noun::Post, post))?;
                if found.seller == *buyer {
                    return Err(Refusal::SidesAreTheSame.into());
                }
                let seller = Party::Person(found.seller);
                Ok(Sides { subject: Subject::Post(post.clone()), buyer: *buyer, seller })
            }
            Self::Bot { app, person } => {
                Ok(Sides { subject: Subject::Bot(*app), buyer: *person, seller: Party::App(*app) })
            }
            Self::Order(id) => {
                let order = tx.order(*id)?.ok_or_else(|| Refusal::not_found(Noun::Order, id))?;
                let seller = Party::Business(order.business);
                Ok(Sides { subject: Subject::Order(*id), buyer: order.customer, seller })
            }
            Self::Return(id) => {
                let missing = || Refusal::not_found(Noun::Return, id);
                let goods = tx.return_of_goods(*id)?.ok_or_else(missing)?;
                let order = tx.order(goods.order)?.ok_or_else(missing)?;
                let seller = Party::Business(order.business);
                let subject = Subject::Return(*id, order.id);
                Ok(Sides { subject, buyer: order.customer, seller })
            }
            Self::Direct { business, customer } => {
                let found = tx.business(*business)?;
                found.ok_or_else(|| Refusal::not_found(Noun::Business, business))?;
                let seller = Party::Business(*business);
                Ok(Sides { subject: Subject::Direct, buyer: *customer, seller })
            }
        }
    }

    /// The conversation, if it was opened before.
    pub fn find(&self, context: &mut Context<'_, '_>) -> Result<Option<Conversation>> {
        let Sides { subject, buyer, seller } = self.sides(context)?;
        Ok(context.tx.conversation_about(&subject, buyer, seller)?)
    }
}

/// Opens a conversation, or finds the one that was opened before.
pub fn open_conversation(context: &mut Context<'_, '_>, opening: &Opening) -> Result<Opened> {
    let mut opened = open_with(context, opening, &ChosenIds::default())?;
    if opened.is_new {
        events::conversation_opened(context, &mut opened.conversation)?;
        context.tx.update_conversation(&opened.conversation)?;
        context.tx.ring();
    }
    Ok(opened)
}

/// Opens a conversation of a World, or finds the one that was opened before. It is no news.
pub fn open_with(
    context: &mut Context<'_, '_>,
    opening: &Opening,
    chosen: &ChosenIds,
) -> Result<Opened> {
    let Sides { subject, buyer, seller } = opening.sides(context)?;
    if let Some(conversation) = context.tx.conversation_about(&subject, buyer, seller)? {
        return Ok(Opened { conversation, is_new: false });
    }
    let id = match chosen.id {
        Some(id) => {
            context.tx.skip_conversation_id(id)?;
            id
        }
        None => context.tx.fresh_conversation_id()?,
    };
    // The same conversations have the same keys, whatever else happens beside them.
    let named = || ConversationKey(context.keyring.uuid("conversation", id.0));
    let key = chosen.key.clone().unwrap_or_else(named);
    let conversation = Conversation {
        id,
        key,
        subject,
        buyer,
        seller,
        kind: Kind::Chat,
        status: Status::New,
        created_at: context.now,
        updated_at: context.now,
        last_number: 0,
        last_id: 0,
    };
    context.tx.insert_conversation(&conversation)?;
    Ok(Opened { conversation, is_new: true })
}

/// A person opens a conversation, in which they are the buyer.
pub fn open_as_person(
    context: &mut Context<'_, '_>,
    person: PersonId,
    opening: &Opening,
) -> Result<Opened> {
    let buyer = opening.sides(context)?.buyer;
    if buyer != person {
        // Others' purchases are as good as none.
        return Err(match opening {
            Opening::Order(id) => Refusal::not_found(Noun::Order, id),
            Opening::Return(id) => Refusal::not_found(Noun::Return, id),
            Opening::Post { .. } | Opening::Bot { .. } | Opening::Direct { .. } => {
                Refusal::AccessDenied
            }
        }
        .into());
    }
    open_conversation(context, opening)
}

/// A business opens the conversation about its own order.
pub fn open_about_order(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    order: OrderId,
) -> Result<Opened> {
    let own = context.tx.order(order)?.is_some_and(|order| order.business == business);
    if !own {
        return Err(Refusal::not_found(Noun::Order, order).into());
    }
    open_conversation(context, &Opening::Order(order))
}

/// A business opens the conversation about goods that come back to it.
pub fn open_about_return(
    context: &mut Context<'_, '_>,
    business: BusinessId,
    goods: ReturnId,
) -> Result<Opened> {
    let missing = || Refusal::not_found(Noun::Return, goods);
    let found = context.tx.return_of_goods(goods)?.ok_or_else(missing)?;
    let own = context.tx.order(found.order)?.is_some_and(|order| order.business == business);
    if !own {
        return Err(missing().into());
    }
    open_conversation(context, &Opening::Return(goods))
}
