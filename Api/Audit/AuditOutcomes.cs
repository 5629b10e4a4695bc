namespace ControlPlane.Api.Audit;

/// <summary>Outcomes of audited acts that are no codes.</summary>
internal static class AuditOutcomes
{
    /// <summary>About to be done: stands in the log before anything is loosened; what came of it follows in an entry of its own.</summary>
    public const string Requested = "requested";
    public const string Done = "done";
    public const string Refused = "refused";

    /// <summary>A kill that no gate has taken yet; another entry follows once it is delivered.</summary>
    public const string Kept = "kept";

    /// <summary>A release with an unknown outcome: the switch was engaged again.</summary>
    public const string EngagedAgain = "engaged_again";

    public static string Of(string? code) => code ?? Done;
}
