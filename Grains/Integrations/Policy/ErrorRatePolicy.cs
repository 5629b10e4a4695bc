namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>A provider whose calls fail too often, with the numbers from when that was noticed.</summary>
internal sealed record ErrorRateAlarm(long Failed, long Calls)
{
    public string Text => $"{Failed} of {Calls} calls within 15 minutes failed ({100 * Failed / Calls} %)";
}

/// <summary>When failing calls turn a provider degraded, and when that is over: not before the rate is well below where it began.</summary>
internal static class ErrorRatePolicy
{
    /// <param name="standing">The alarm that stands, or null.</param>
    /// <param name="rate">0..1; null without calls.</param>
    public static ErrorRateAlarm? Next(ErrorRateAlarm? standing, double? rate, long calls, VerifyOptions options)
    {
        if (rate is not { } share) return null;
        if (standing is not null) return share >= options.ErrorRateRecovered ? standing : null;
        return calls >= options.ErrorRateMinCalls && share >= options.ErrorRateDegraded ? new((long)Math.Round(share * calls), calls) : null;
    }
}
