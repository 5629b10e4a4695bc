using System.Text.Json;
using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage;

/// <summary>A list in which a trace id can stand, and what its columns come to.</summary>
/// <param name="Time">The column that orders it.</param>
/// <param name="Columns">Those of provider, bot, id, what, detail and outcome that it has.</param>
/// <param name="From">Table and condition up to the trace id.</param>
internal sealed record TraceSource(string Kind, string Time, string Columns, string From)
{
    /// <summary>Statuses are kept as numbers and told in words.</summary>
    public static string? Outcome(string kind, string? outcome) => kind switch
    {
        TraceKinds.UsageEvent => Word<UsageStatus>(outcome),
        TraceKinds.Verification => Word<VerifyStatus>(outcome),
        _ => outcome,
    };

    private static string? Word<T>(string? number)
        where T : struct, Enum => int.TryParse(number, out var value) ? JsonNamingPolicy.SnakeCaseLower.ConvertName(((T)(object)value).ToString()) : number;
}
