using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage.Policy;

/// <summary>Which calls speak against the provider. A caller's own mistake (a mistyped symbol, a flat position) is an error, and no more.</summary>
internal static class ProviderFault
{
    private const int Unauthorized = 401;
    private const int Forbidden = 403;
    private const int TooManyRequests = 429;
    private const int FirstServerError = 500;

    /// <summary>Transport faults (no HTTP status), timeouts, 5xx, 429, 401 and 403.</summary>
    public static bool Is(UsageStatus status, int? httpStatus) => status switch
    {
        UsageStatus.Ok => false,
        UsageStatus.Timeout or UsageStatus.RateLimited => true,
        _ => httpStatus is null or Unauthorized or Forbidden or TooManyRequests or >= FirstServerError,
    };
}
