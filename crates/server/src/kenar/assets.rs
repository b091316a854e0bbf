//! `GET /v1/open-platform/assets/oauth-scope` and `GET /v1/open-platform/assets/permission`: what
//! there is to ask for. Everybody may read both lists.

use axum::Json;
use peyk_model::{Permission, ScopeName};
use peyk_wire::kenar::assets::{
    GetOauthScopesResponse, GetPermissionsResponse, LifecycleState, PermissionEntry, ScopeEntry,
};

/// Every scope.
pub async fn scopes() -> Json<GetOauthScopesResponse> {
    let entry = |name: &ScopeName| ScopeEntry {
        slug: name.word().into(),
        display: Some(scope_display(*name).into()),
        description: None,
        lifecycle_state: Some(scope_state(*name)),
    };
    Json(GetOauthScopesResponse { scopes: ScopeName::ALL.iter().map(entry).collect() })
}

/// Every permission.
pub async fn permissions() -> Json<GetPermissionsResponse> {
    let entry = |permission: &Permission| PermissionEntry {
        slug: permission.word().into(),
        display: Some(permission_display(*permission).into()),
        description: None,
        lifecycle_state: Some(permission_state(*permission)),
    };
    Json(GetPermissionsResponse { permissions: Permission::ALL.iter().map(entry).collect() })
}

fn scope_display(name: ScopeName) -> &'static str {
    use ScopeName as S;
    match name {
        S::PostAddonCreate => "افزودن ابزارک به یک آگهی",
        S::UserPhone => "دیدن شمارهٔ تلفن",
        S::UserId => "دیدن شناسهٔ کاربر",
        S::UserAddonCreate => "افزودن ابزارک به آگهی‌های کاربر",
        S::ChatMessageSend => "ارسال پیام در یک گفتگو (قدیمی)",
        S::ConversationRead => "خواندن یک گفتگو",
        S::UserPostsGet => "دیدن فهرست آگهی‌ها",
        S::UserPostsStatsRead => "دیدن آمار آگهی‌ها",
        S::PostConversationsRead => "دریافت پیام‌های یک آگهی",
        S::PostConversationsSend => "ارسال پیام در گفتگوهای یک آگهی",
        S::AllConversationsRead => "دریافت پیام‌های همهٔ آگهی‌ها",
        S::AllConversationsSend => "ارسال پیام در گفتگوهای همهٔ آگهی‌ها",
        S::BotSendToUser => "آغاز گفتگو از سوی بات",
        S::UserVerificationCreate => "ثبت تأییدیه برای کاربر",
        S::OfflineAccess => "دسترسی در نبود کاربر",
        S::OpenId => "ورود با حساب کاربری",
        S::PaymentPricingRead => "دیدن قیمت ارتقای آگهی‌ها",
        S::PaymentReorder => "نردبان کردن آگهی‌ها",
        S::PaymentRenew => "تمدید آگهی‌ها",
        S::ManagementAppsRead => "دیدن برنامه‌های کاربر",
        S::ManagementAppsWrite => "مدیریت برنامه‌های کاربر",
        S::PostOngoingImagesGet => "دیدن عکس‌های آگهی در حال بررسی",
        S::UserPostsAddonCreate => "افزودن ابزارک به فهرست آگهی‌ها",
        S::PostEdit => "ویرایش یک آگهی",
        S::ConversationSend => "ارسال پیام در یک گفتگو",
        S::BusinessAddonCreate => "افزودن ابزارک به کسب‌وکار",
        S::PostSemanticCreate => "افزودن اطلاعات معنایی به آگهی",
        S::AccessRevocation => "آگاهی از لغو دسترسی",
        S::SendEvent => "ارسال رویداد",
        S::SubmitUserPost => "ثبت آگهی برای کاربر",
        S::SubmitUserPayment => "ثبت پرداخت برای کاربر",
        S::UserSetCustomizedButton => "تنظیم دکمهٔ نمایهٔ کاربر",
        S::BusinessCreateCustomizedButton => "ساختن دکمهٔ کسب‌وکار",
        S::DeleteUserPost => "حذف آگهی‌های کاربر",
        S::EditUserPost => "ویرایش آگهی‌های کاربر",
        S::UserBusinessesRead => "دیدن کسب‌وکارهای کاربر",
        S::ProUserProfileImageRead => "دیدن عکس نمایهٔ حرفه‌ای",
        S::PayUserPostPromotion => "پرداخت ارتقای آگهی‌ها",
    }
}

/// What Peyk acts on is settled; what it only lists is not; the oldest form should not be used.
fn scope_state(name: ScopeName) -> LifecycleState {
    use ScopeName as S;
    match name {
        S::ChatMessageSend => LifecycleState::Deprecated,
        S::UserPhone
        | S::UserId
        | S::ConversationRead
        | S::UserPostsGet
        | S::PostConversationsRead
        | S::PostConversationsSend
        | S::AllConversationsRead
        | S::AllConversationsSend
        | S::BotSendToUser
        | S::OfflineAccess
        | S::OpenId
        | S::ConversationSend
        | S::AccessRevocation => LifecycleState::Active,
        S::PostAddonCreate
        | S::UserAddonCreate
        | S::UserPostsStatsRead
        | S::UserVerificationCreate
        | S::PaymentPricingRead
        | S::PaymentReorder
        | S::PaymentRenew
        | S::ManagementAppsRead
        | S::ManagementAppsWrite
        | S::PostOngoingImagesGet
        | S::UserPostsAddonCreate
        | S::PostEdit
        | S::BusinessAddonCreate
        | S::PostSemanticCreate
        | S::SendEvent
        | S::SubmitUserPost
        | S::SubmitUserPayment
        | S::UserSetCustomizedButton
        | S::BusinessCreateCustomizedButton
        | S::DeleteUserPost
        | S::EditUserPost
        | S::UserBusinessesRead
        | S::ProUserProfileImageRead
        | S::PayUserPostPromotion => LifecycleState::Experimental,
    }
}

fn permission_display(permission: Permission) -> &'static str {
    match permission {
        Permission::BotSendMessage => "ارسال پیام به نام بات",
        Permission::ReadConversation => "خواندن گفتگو",
        Permission::SendMessage => "ارسال پیام به نام کاربر",
        Permission::UploadMedia => "بارگذاری رسانه",
        Permission::RegisterSubscription => "اشتراک رویدادها",
        Permission::UserIdByPhone => "یافتن شناسهٔ کاربر با شمارهٔ تلفن",
        Permission::RetrieveUser => "دیدن اطلاعات کاربر",
    }
}

fn permission_state(permission: Permission) -> LifecycleState {
    match permission {
        // Published under an experimental path only.
        Permission::UploadMedia => LifecycleState::Experimental,
        Permission::BotSendMessage
        | Permission::ReadConversation
        | Permission::SendMessage
        | Permission::RegisterSubscription
        | Permission::UserIdByPhone
        | Permission::RetrieveUser => LifecycleState::Active,
    }
}
