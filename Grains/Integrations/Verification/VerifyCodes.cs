namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>Error codes of the engine itself. Rules of the catalogue bring their own.</summary>
internal static class VerifyCodes
{
    public const string AddressRefused = "address_refused";
    public const string BadBaseUrl = "bad_base_url";
    public const string BodyTooLarge = "body_too_large";
    public const string ConnectionRefused = "connection_refused";
    public const string ConnectionReset = "connection_reset";
    public const string DnsFailed = "dns_failed";
    public const string InvalidResponse = "invalid_response";
    public const string KeyEnded = "key_ended";
    public const string LoginWithoutToken = "login_without_token";
    public const string MalformedCredential = "malformed_credential";
    public const string NetworkError = "network_error";
    public const string NetworkUnreachable = "network_unreachable";
    public const string NoVerify = "no_verify";
    public const string ProviderError = "provider_error";
    public const string RateLimited = "rate_limited";
    public const string Redirected = "redirected";
    public const string SessionExpired = "session_expired";
    public const string Timeout = "timeout";
    public const string TlsExpired = "tls_failed_expired";
    public const string TlsFailed = "tls_failed";
    public const string TlsNotPinned = "tls_failed_pin";
    public const string TlsUntrusted = "tls_failed_untrusted";
    public const string TlsWrongHost = "tls_failed_wrong_host";
    public const string UnexpectedContent = "unexpected_content";
    public const string UnexpectedStatus = "unexpected_status";
    public const string UnknownEnvironment = "unknown_environment";
    public const string UnreadableBody = "unreadable_body";
    public const string WrongKindOfKey = "wrong_kind_of_key";
    public const string ClockSkew = "clock_skew";
    public const string UnsupportedKey = "unsupported_key";
}
