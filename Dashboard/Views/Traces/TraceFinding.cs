namespace ControlPlane.Dashboard.Views.Traces;

/// <summary>A record that carries a trace.</summary>
/// <param name="What">What happened, at the start of a sentence.</param>
/// <param name="Door">Where the page shows it, relative.</param>
public sealed record TraceFinding(DateTimeOffset At, string What, string Detail, string Door);
