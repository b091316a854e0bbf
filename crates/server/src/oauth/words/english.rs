//! English.

use peyk_model::ScopeName;

use super::Words;

/// The words.
pub const WORDS: Words = Words {
    title: "{app} asks for your consent",
    may: "If you approve, {app} may:",
    nothing: "{app} asks for nothing but your consent.",
    development: "This app is still being built. It can act on development posts only.",
    conversation: "About {title}, between {buyer} and {seller}",
    bot: "Between {buyer} and the bot of {seller}",
    post: "Post: {title}",
    post_and_peer: "About {title}, to {peer}",
    who: "Who are you?",
    sandbox: "This is a sandbox: choose whom you play.",
    nobody: "Nobody in this World has a part in everything that is asked for.",
    signed_in: "You are signed in as {person}.",
    back: "Afterwards you return to {address}.",
    approve: "Approve",
    refuse: "Refuse",
    languages: "Language",
    failed: "This request cannot be answered",
    for_builder: "Tell whoever built the app:",
    too_old: "This page is too old, or it was opened in another browser. Go back to the app and begin again.",
    sign_in: "Sign in at the marketplace first, and begin again from there.",
    broken: "The server is broken. Try again later.",
    scope,
};

fn scope(name: ScopeName) -> &'static str {
    match name {
        ScopeName::PostAddonCreate => "Add a widget to one of your posts",
        ScopeName::UserPhone => "Know your phone number",
        ScopeName::UserId => "Know you again by an id that only this app has",
        ScopeName::UserAddonCreate => "Add a widget to all your posts",
        ScopeName::ChatMessageSend => "Send messages as you about one post",
        ScopeName::ConversationRead => "Read one of your conversations",
        ScopeName::UserPostsGet => "See the list of your posts",
        ScopeName::UserPostsStatsRead => "See how often your posts are viewed",
        ScopeName::PostConversationsRead => "Read every conversation about one of your posts",
        ScopeName::PostConversationsSend => {
            "Send messages as you in every conversation about one of your posts"
        }
        ScopeName::AllConversationsRead => "Read every conversation about your posts",
        ScopeName::AllConversationsSend => {
            "Send messages as you in every conversation about your posts"
        }
        ScopeName::BotSendToUser => "Write to you first with its bot",
        ScopeName::UserVerificationCreate => "Attest something about you",
        ScopeName::OfflineAccess => "Stay allowed while you are away, until you take this back",
        ScopeName::OpenId => "Know that you signed in",
        ScopeName::PaymentPricingRead => "See prices of promotions for your posts",
        ScopeName::PaymentReorder => "Put your posts on top of the list",
        ScopeName::PaymentRenew => "Renew your posts",
        ScopeName::ManagementAppsRead => "See apps you manage",
        ScopeName::ManagementAppsWrite => "Change apps you manage",
        ScopeName::PostOngoingImagesGet => {
            "See the pictures of one of your posts before it is published"
        }
        ScopeName::UserPostsAddonCreate => "Add widgets to your posts",
        ScopeName::PostEdit => "Edit one of your posts",
        ScopeName::ConversationSend => "Send messages as you in one of your conversations",
        ScopeName::BusinessAddonCreate => "Add a widget to your business",
        ScopeName::PostSemanticCreate => "Attach machine-readable facts to one of your posts",
        ScopeName::AccessRevocation => "Be told when you take this back",
        ScopeName::SendEvent => "Send events about you to the marketplace",
        ScopeName::SubmitUserPost => "Publish posts for you",
        ScopeName::SubmitUserPayment => "Make payments for you",
        ScopeName::UserSetCustomizedButton => "Set a button on your profile",
        ScopeName::BusinessCreateCustomizedButton => "Set a button of your business",
        ScopeName::DeleteUserPost => "Delete your posts",
        ScopeName::EditUserPost => "Edit your posts",
        ScopeName::UserBusinessesRead => "See the list of your businesses",
        ScopeName::ProUserProfileImageRead => "See the picture of your professional profile",
        ScopeName::PayUserPostPromotion => "Pay for promotions of your posts",
    }
}
