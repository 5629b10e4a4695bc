using ControlPlane.Abstractions;

namespace ControlPlane.Api.Usage;

/// <summary>How calls end, in the words of the contract.</summary>
internal static class UsageWords
{
    public static string Of(UsageStatus status) => status switch
    {
        UsageStatus.Ok => "ok",
        UsageStatus.Timeout => "timeout",
        UsageStatus.RateLimited => "rate_limited",
        _ => "error",
    };
}
