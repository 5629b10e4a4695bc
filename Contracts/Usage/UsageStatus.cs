using System.Text.Json.Serialization;

namespace ControlPlane.Contracts;

/// <summary>How a call to a provider ended.</summary>
public enum UsageStatus
{
    [JsonStringEnumMemberName("ok")] Ok = 0,
    [JsonStringEnumMemberName("error")] Error = 1,
    [JsonStringEnumMemberName("timeout")] Timeout = 2,
    [JsonStringEnumMemberName("rate_limited")] RateLimited = 3,
}
