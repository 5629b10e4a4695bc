namespace ControlPlane.Api.Audit;

/// <summary>Outcomes of audited acts that are no codes.</summary>
internal static class AuditOutcomes
{
    /// <summary>About to be done: stands in the log before anything is loosened; what came of it follows in an entry of its own.</summary>
    public const string Requested = "requested";
    public const string Done = "done";
    public const string Refused = "refused";

    public static string Of(string? code) => code ?? Done;
}
