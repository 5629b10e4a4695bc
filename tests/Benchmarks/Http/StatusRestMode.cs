using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Http;

/// <summary>The two statuses that everybody reads.</summary>
internal sealed class StatusRestMode : RestMode
{
    private const string System = "/api/system/status";
    private const string Integrations = "/api/integrations/status";
    private const int RoundMs = 800;

    public override string Name => "status-rest";

    public override string Measures => $"authenticated GET {System} and {Integrations} with the whole catalogue and {Bots:N0} bots against Kestrel answering as many static bytes, and 304 against a small body, requests/s";

    protected override int Bots => 10_000;

    protected override async Task<IReadOnlyList<ModeResult>> CompareAsync(OpenSystem system, RestComparison comparison, int rounds, CancellationToken cancellationToken) =>
    [
        await comparison.RunAsync($"{Name} {System}", ">= 0.6", new RestQuestion(System), rounds, RoundMs, cancellationToken),
        await comparison.RunAsync($"{Name} {Integrations}", ">= 0.6", new RestQuestion(Integrations), rounds, RoundMs, cancellationToken),
        await comparison.RunAsync($"{Name} 304", ">= 0.6", new RestQuestion(Integrations, await system.TagAsync(Integrations, cancellationToken)), rounds, RoundMs, cancellationToken),
    ];
}
