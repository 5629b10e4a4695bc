namespace ControlPlane.ProviderSimulator;

/// <summary>How to start a <see cref="SimulatorHost"/>.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The port of the program when none is given.</summary>
    public const int DefaultPort = 5090;

    /// <summary>Loopback port, 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>First of the three loopback ports with certificates to be refused (see <see cref="TlsFault"/>), 0 for any free ones,
    /// null for none.</summary>
    public int? TlsPort { get; init; }

    /// <summary>Providers that also listen on a port of their own, without their id in the path, for clients that drop a path; with the
    /// port, 0 for any free one.</summary>
    public IReadOnlyDictionary<string, int> Roots { get; init; } = new Dictionary<string, int>();

    /// <summary>A file of keys to begin with, or null.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Scripts to play in place of the embedded ones, or null for those.</summary>
    public IReadOnlyList<ProviderScript>? Scripts { get; init; }

    /// <summary>A market behind the providers that trade and quote, or null for scripted answers alone.</summary>
    public MarketOptions? Market { get; init; }

    /// <summary>The clock of the providers, by which they evaluate the age of signatures. Delays of faults are real.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Time between two bytes of <see cref="SimulatedFault.Drip"/> and <see cref="SimulatedFault.SlowHeaders"/>.</summary>
    public TimeSpan DripInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that <see cref="SimulatedFault.HugeBody"/> sends.</summary>
    public long HugeBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether to log to standard error.</summary>
    public bool LogToConsole { get; init; }
}
