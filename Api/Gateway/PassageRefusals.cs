using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Gateway;

/// <summary>How a verdict's refusal is answered.</summary>
internal static class PassageRefusals
{
    public static PassageDecision Of(GatewayVerdict verdict)
    {
        if (verdict.Code is { } unknown) return new PassageDecision.Refuse(StatusCodes.Status403Forbidden, unknown, "No such bot is registered.", "Register it with PUT /api/bots/{bot_id}.", []);
        var first = verdict.Refusals.IsDefaultOrEmpty ? new OrderRefusal(Codes.DataUnavailable, "risk_data", null, null, "The order could not be evaluated.") : verdict.Refusals[0];
        return new PassageDecision.Refuse(StatusOf(first.Code), first.Code, string.Join(" ", verdict.Refusals.Select(refusal => refusal.Message).Distinct(StringComparer.Ordinal)), null, verdict.Refusals);
    }

    private static int StatusOf(string code) => code switch
    {
        Codes.DataUnavailable => StatusCodes.Status503ServiceUnavailable,
        Codes.IdReused => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status403Forbidden,
    };
}
