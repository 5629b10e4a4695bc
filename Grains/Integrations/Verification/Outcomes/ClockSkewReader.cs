using System.Globalization;
using ControlPlane.Grains.Integrations.Verification.Network;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>The provider's clock less ours, from the <c>Date</c> of its answer.</summary>
internal static class ClockSkewReader
{
    /// <summary>Whole seconds, as the header has no more; null without a readable header. The header drops its fraction, so the middle of its second
    /// is compared with the middle of the call.</summary>
    public static int? Read(ProviderAnswer answer, DateTimeOffset sent, DateTimeOffset received)
    {
        if (!DateTimeOffset.TryParseExact(answer.Header("Date"), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return null;
        var skew = (date.AddMilliseconds(500) - (sent + ((received - sent) / 2))).TotalSeconds;
        return (int)Math.Clamp(Math.Round(skew), int.MinValue, int.MaxValue);
    }
}
