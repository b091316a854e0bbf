//! What an app can ask without a user's token.

use peyk_wire::kenar::{assets, get_user_id_by_phone};

use super::{Kenar, Sent, UserId};
use crate::Result;
use crate::transport::Safety;

impl Kenar {
    /// The id by which this app knows the user with a phone number.
    ///
    /// `POST /v1/open-platform/get-user-id-by-phone`; permission `GET_USER_ID_BY_PHONE`; no scope.
    ///
    /// # Errors
    /// `NotFound` if nobody has it, `Forbidden` without the permission.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// let id = kenar.user_id_by_phone("+989120000001").await?;
    /// # Ok(()) });
    /// ```
    pub async fn user_id_by_phone(&self, phone: &str) -> Result<UserId> {
        let request =
            get_user_id_by_phone::GetUserIdByPhoneRequest { phone: Some(phone.to_owned()) };
        let operation = &get_user_id_by_phone::OPERATION;
        let call = self.call(operation, &[], Sent::json(&request)?, Safety::Repeatable);
        let found: get_user_id_by_phone::GetUserIdByPhoneResponse = self.json(call).await?;
        Ok(found.user_id.into())
    }

    /// Every scope a user can grant.
    ///
    /// `GET /v1/open-platform/assets/oauth-scope`; needs nothing.
    ///
    /// # Errors
    /// Those of the transport.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// for scope in kenar.scopes().await? {
    ///     println!("{}", scope.slug);
    /// }
    /// # Ok(()) });
    /// ```
    pub async fn scopes(&self) -> Result<Vec<assets::ScopeEntry>> {
        let call = self.call(&assets::SCOPES_OPERATION, &[], Sent::Empty, Safety::Repeatable);
        let list: assets::GetOauthScopesResponse = self.json(call).await?;
        Ok(list.scopes)
    }

    /// Every permission a key can have.
    ///
    /// `GET /v1/open-platform/assets/permission`; needs nothing.
    ///
    /// # Errors
    /// Those of the transport.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// for permission in kenar.permissions().await? {
    ///     println!("{}", permission.slug);
    /// }
    /// # Ok(()) });
    /// ```
    pub async fn permissions(&self) -> Result<Vec<assets::PermissionEntry>> {
        let call = self.call(&assets::PERMISSIONS_OPERATION, &[], Sent::Empty, Safety::Repeatable);
        let list: assets::GetPermissionsResponse = self.json(call).await?;
        Ok(list.permissions)
    }
}
