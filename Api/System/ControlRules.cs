using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.SystemControl;

/// <summary>What kills, releases and armings must say.</summary>
internal static class ControlRules
{
    public const int MaxMinutes = 24 * 60;
    public const string NoReason = "No reason was given.";

    /// <summary>The printable part of a kill's reason: a bad text never refuses a kill.</summary>
    public static string KillReason(ReasonRequest request) => TextRules.Sanitize(request.Reason, TextRules.MaxReason) ?? NoReason;

    public static Problem? Check(ReasonRequest request) => CheckReason(request.Reason);

    public static Problem? Check(ArmRequest request) => request.Minutes is >= 1 and <= MaxMinutes
        ? CheckReason(request.Reason)
        : Problems.Invalid($"'minutes' must be a whole number from 1 to {MaxMinutes}.");

    private static Problem? CheckReason(string? reason) => TextRules.IsText(reason, TextRules.MaxReason)
        ? null
        : Problems.Invalid($"'reason' must be 1 to {TextRules.MaxReason} characters of {TextRules.TextRule}.");
}
