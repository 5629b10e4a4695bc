namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>A provider whose calls fail too often, with the numbers from when that was noticed.</summary>
internal sealed record ErrorRateAlarm(long Failed, long Calls)
{
    public string Text => $"{Failed} of {Calls} calls within 15 minutes failed ({100 * Failed / Calls} %)";
}

/// <summary>When failing calls turn a provider degraded, and when that is over: when the rate is well below where it began, or below it
/// and the newest calls, as many as it takes to raise an alarm, have all gone well.</summary>
internal static class ErrorRatePolicy
{
    /// <param name="standing">The alarm that stands, or null.</param>
    /// <param name="rate">0..1; null without calls.</param>
    /// <param name="okInRow">How many of the newest calls went well, one after the other.</param>
    public static ErrorRateAlarm? Next(ErrorRateAlarm? standing, double? rate, long calls, long okInRow, VerifyOptions options)
    {
        if (rate is not { } share) return null;
        if (standing is not null)
        {
            var over = share < options.ErrorRateRecovered || (share < options.ErrorRateDegraded && okInRow >= options.ErrorRateMinCalls);
            return over ? null : standing;
        }

        return calls >= options.ErrorRateMinCalls && share >= options.ErrorRateDegraded ? new((long)Math.Round(share * calls), calls) : null;
    }
}
