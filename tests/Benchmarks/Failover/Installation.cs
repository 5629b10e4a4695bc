using ControlPlane.Benchmarks.Running;
using ControlPlane.ProviderSimulator;
using Npgsql;

namespace ControlPlane.Benchmarks.Failover;

/// <summary>Three silos, each with an API in the same process, and a front end, over a database of their own. Three required providers have
/// good keys of a simulator, so the gate can open.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly (string Provider, string Variable, string Value)[] s_keys =
    [
        ("polygon", "POLYGON_API_KEY", "BenchPolygonKeyOfTheBenchmark001"),
        ("oanda", "OANDA_ACCESS_TOKEN", "0123456789abcdef0123456789abcdef-fedcba9876543210fedcba9876543210"),
        ("openai", "OPENAI_API_KEY", "bench-openai-key-of-the-benchmark-01"),
    ];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("bench-failover-");
    private readonly List<Node> _nodes = [];
    private readonly string _database;

    private Installation(string database) => _database = database;

    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Nodes with grains, so all but the front end.</summary>
    public IReadOnlyList<Node> Silos => [.. _nodes.Where(node => !node.IsFrontEnd)];

    /// <summary>The silo that last said it had activated the gate.</summary>
    public Node GateHolder => Silos.MaxBy(silo => silo.GateEpoch)!;

    /// <param name="fast">False for Orleans' own way of finding dead silos.</param>
    public static async Task<Installation> StartAsync(string database, SimulatorHost simulator, bool fast, CancellationToken cancellationToken)
    {
        var started = new Installation(database);
        try
        {
            var secrets = Directory.CreateDirectory(Path.Combine(started._root.FullName, "secrets")).FullName;
            foreach (var (provider, variable, value) in s_keys)
            {
                simulator.SetKey(provider, variable, value);
                await File.WriteAllTextAsync(Path.Combine(secrets, variable), value + "\n", cancellationToken);
            }

            for (var number = 1; number <= 4; number++)
            {
                var environment = started.Environment($"node-{number}", database, secrets, simulator);
                if (number == 4) environment["ControlPlane__Role"] = "FrontEnd";
                else
                {
                    environment["ControlPlane__Silo__Port"] = $"{Ports.Free()}";
                    environment["ControlPlane__Silo__GatewayPort"] = $"{Ports.Free()}";
                    environment["ControlPlane__Silo__FastDetection"] = fast ? "true" : "false";
                }

                var node = new Node(number == 4, environment);
                started._nodes.Add(node);

                // The first one makes the schema.
                if (number == 1) await node.StartAsync(cancellationToken);
            }

            await Task.WhenAll(started._nodes.Skip(1).Select(node => node.StartAsync(cancellationToken)));

            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Forgets how often providers were verified at a start: a silo that dies for the fourth time within ten minutes would be taken for
    /// one that crashes over and over, and its providers' verifies put off.</summary>
    public async Task ForgetStartsAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("DELETE FROM controlplane.orleansstorage WHERE graintypestring LIKE '%provider-attempts%'", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _root.Delete(recursive: true);
    }

    private Dictionary<string, string> Environment(string name, string database, string secrets, SimulatorHost simulator)
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__ControlPlane"] = database,
            ["ControlPlane__DataDirectory"] = Path.Combine(_root.FullName, name),
            ["ControlPlane__Secrets__Directory"] = secrets,
            ["CONTROLPLANE_OPERATOR_TOKEN"] = Node.Token,
        };
        foreach (var (provider, _, _) in s_keys) environment[$"ControlPlane__Integrations__{provider}__BaseUrl"] = simulator.BaseUrl(provider);
        return environment;
    }
}
