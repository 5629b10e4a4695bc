namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>States a key can be in, and the states of a request without a known key.</summary>
internal static class KeyState
{
    public const string Active = "active";
    public const string Revoked = "revoked";
    public const string Limited = "limited";
    public const string Billing = "billing";
    public const string Exhausted = "exhausted";
    public const string WrongEnvironment = "wrong_environment";
    public const string Locked = "locked";
    public const string RateLimited = "rate_limited";

    /// <summary>Credentials that no registered key has.</summary>
    public const string Unknown = "unknown";

    /// <summary>No credentials.</summary>
    public const string Missing = "missing";

    /// <summary>The key is known, the signature is not made with its secret.</summary>
    public const string BadSignature = "bad_signature";

    /// <summary>The signature is right but too old, or from the future.</summary>
    public const string StaleTimestamp = "stale_timestamp";

    /// <summary>A header is missing on which the provider insists.</summary>
    public const string BadRequest = "bad_request";

    /// <summary>States a key may be registered in; a script may add its own by answering them.</summary>
    public static IReadOnlyList<string> Registrable { get; } =
        [Active, Revoked, Limited, Billing, Exhausted, WrongEnvironment, Locked, RateLimited];

    /// <summary>Whether a state refuses a request. No registered key is in such a state.</summary>
    public static bool IsRefusal(string state) => state is Unknown or Missing or BadSignature or StaleTimestamp or BadRequest;
}
