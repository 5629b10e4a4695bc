namespace ControlPlane.Contracts;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Next">The value of <c>before</c> for the next page, or null at the end.</param>
public sealed record ListAnswer<T>(IReadOnlyList<T> Items, string? Next, IReadOnlyList<UnavailableRow> Unavailable, string TraceId);
