//! Russian.

use peyk_model::ScopeName;

use super::Words;

/// The words.
pub const WORDS: Words = Words {
    title: "{app} запрашивает доступ",
    may: "Если вы разрешите, {app} сможет:",
    nothing: "{app} запрашивает только ваше согласие.",
    development: "Это приложение ещё разрабатывается и работает только с тестовыми объявлениями.",
    conversation: "Объявление {title}, диалог {buyer} — {seller}",
    bot: "Диалог {buyer} с ботом {seller}",
    post: "Объявление: {title}",
    post_and_peer: "Объявление {title}, получатель {peer}",
    who: "Кто вы?",
    sandbox: "Это песочница: выберите, за кого вы действуете.",
    nobody: "Ни один участник не имеет отношения ко всему, что запрошено.",
    signed_in: "Вы вошли как {person}.",
    back: "Затем вы вернётесь на {address}.",
    approve: "Разрешить",
    refuse: "Отказать",
    languages: "Язык",
    failed: "На этот запрос нельзя ответить",
    for_builder: "Передайте разработчику приложения:",
    too_old: "Страница устарела или открыта в другом браузере. Вернитесь в приложение и начните заново.",
    sign_in: "Сначала войдите на площадке и начните оттуда заново.",
    broken: "Сервер неисправен. Попробуйте позже.",
    scope,
};

fn scope(name: ScopeName) -> &'static str {
    match name {
        ScopeName::PostAddonCreate => "Добавлять виджет к одному из ваших объявлений",
        ScopeName::UserPhone => "Узнать ваш номер телефона",
        ScopeName::UserId => "Узнавать вас по идентификатору, известному только этому приложению",
        ScopeName::UserAddonCreate => "Добавлять виджет ко всем вашим объявлениям",
        ScopeName::ChatMessageSend => "Отправлять сообщения от вашего имени по одному объявлению",
        ScopeName::ConversationRead => "Читать один из ваших диалогов",
        ScopeName::UserPostsGet => "Видеть список ваших объявлений",
        ScopeName::UserPostsStatsRead => "Видеть, сколько раз смотрели ваши объявления",
        ScopeName::PostConversationsRead => "Читать все диалоги по одному из ваших объявлений",
        ScopeName::PostConversationsSend => {
            "Отправлять сообщения от вашего имени во всех диалогах по одному из ваших объявлений"
        }
        ScopeName::AllConversationsRead => "Читать все диалоги по вашим объявлениям",
        ScopeName::AllConversationsSend => {
            "Отправлять сообщения от вашего имени во всех диалогах по вашим объявлениям"
        }
        ScopeName::BotSendToUser => "Писать вам первым через своего бота",
        ScopeName::UserVerificationCreate => "Подтверждать сведения о вас",
        ScopeName::OfflineAccess => {
            "Пользоваться доступом, пока вас нет, — до тех пор, пока вы его не отзовёте"
        }
        ScopeName::OpenId => "Узнать, что вы вошли",
        ScopeName::PaymentPricingRead => "Видеть цены продвижения ваших объявлений",
        ScopeName::PaymentReorder => "Поднимать ваши объявления в списке",
        ScopeName::PaymentRenew => "Продлевать ваши объявления",
        ScopeName::ManagementAppsRead => "Видеть приложения, которыми вы управляете",
        ScopeName::ManagementAppsWrite => "Менять приложения, которыми вы управляете",
        ScopeName::PostOngoingImagesGet => {
            "Видеть фотографии одного из ваших объявлений до публикации"
        }
        ScopeName::UserPostsAddonCreate => "Добавлять виджеты к вашим объявлениям",
        ScopeName::PostEdit => "Редактировать одно из ваших объявлений",
        ScopeName::ConversationSend => {
            "Отправлять сообщения от вашего имени в одном из ваших диалогов"
        }
        ScopeName::BusinessAddonCreate => "Добавлять виджет вашему бизнесу",
        ScopeName::PostSemanticCreate => {
            "Добавлять машиночитаемые сведения к одному из ваших объявлений"
        }
        ScopeName::AccessRevocation => "Узнать, если вы отзовёте доступ",
        ScopeName::SendEvent => "Передавать площадке события о вас",
        ScopeName::SubmitUserPost => "Публиковать объявления от вашего имени",
        ScopeName::SubmitUserPayment => "Совершать платежи от вашего имени",
        ScopeName::UserSetCustomizedButton => "Ставить кнопку в вашем профиле",
        ScopeName::BusinessCreateCustomizedButton => "Ставить кнопку вашего бизнеса",
        ScopeName::DeleteUserPost => "Удалять ваши объявления",
        ScopeName::EditUserPost => "Редактировать ваши объявления",
        ScopeName::UserBusinessesRead => "Видеть список ваших компаний",
        ScopeName::ProUserProfileImageRead => "Видеть фото вашего профессионального профиля",
        ScopeName::PayUserPostPromotion => "Оплачивать продвижение ваших объявлений",
    }
}
