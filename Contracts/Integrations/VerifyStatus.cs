using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>What one verify call proved.</summary>
public enum VerifyStatus
{
    /// <summary>Neither confirms nor revokes: timeouts, 3xx, 5xx, TLS, DNS, unreadable bodies, most 429.</summary>
    [JsonStringEnumMemberName("inconclusive")] Inconclusive = 0,
    [JsonStringEnumMemberName("valid")] Valid = 1,

    /// <summary>The key is good; its rights or plan are narrower than the probe asked for.</summary>
    [JsonStringEnumMemberName("valid_limited")] ValidLimited = 2,

    /// <summary>The key is good; the account owes money or has used up its quota.</summary>
    [JsonStringEnumMemberName("valid_billing")] ValidBilling = 3,
    [JsonStringEnumMemberName("invalid")] Invalid = 4,

    /// <summary>A key of the demo environment used on the live host, or the other way round.</summary>
    [JsonStringEnumMemberName("wrong_environment")] WrongEnvironment = 5,

    /// <summary>The provider has locked the account or the address for a while.</summary>
    [JsonStringEnumMemberName("locked")] Locked = 6,
}
