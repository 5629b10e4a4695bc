namespace ControlPlane.Benchmarks.Running;

/// <summary>One comparison: ours against the limit or a peer, in the same run.</summary>
internal interface IBenchmarkMode
{
    /// <summary>What the command line calls it.</summary>
    string Name { get; }

    /// <summary>One line for the help text: ours against what, and in which unit.</summary>
    string Measures { get; }

    /// <summary>Starts what it needs on loopback, measures, and stops it again; under 60 seconds with 5 rounds.</summary>
    Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken);
}
