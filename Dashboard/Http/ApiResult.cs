using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Http;

/// <summary>What came of a call: its value, or why there is none.</summary>
/// <param name="Status">HTTP status; null when nobody answered.</param>
public sealed record ApiResult<T>(T? Value, int? Status, Problem? Problem)
    where T : class
{
    public bool Done => Value is not null;

    /// <summary>In words, for a person: the problem's detail and fix, or that nobody answered.</summary>
    public string Says => Problem is { } problem
        ? $"{problem.Detail} {problem.SuggestedFix}".TrimEnd()
        : Status is { } status ? $"The control plane answered {status}." : "The control plane did not answer.";

    public string? TraceId => Problem?.TraceId is { Length: > 0 } trace ? trace : null;
}
