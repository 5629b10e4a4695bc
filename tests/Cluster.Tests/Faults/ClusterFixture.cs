using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ControlPlane.Cluster.Tests.Faults.Links;
using ControlPlane.Cluster.Tests.Oracles;
using ControlPlane.ProviderSimulator;
using ControlPlane.Testing.Postgres;
using Npgsql;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>A whole installation on loopback: a PostgreSQL of its own, simulated providers with good keys, silos and front ends.
/// Its name is also that of the collection: tests with so many processes run one after the other.</summary>
internal sealed class ClusterFixture : IAsyncDisposable
{
    public const string OperatorToken = "operator-token-of-the-cluster-tests";
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private static readonly (string Provider, string Variable, string Value)[] s_keys =
    [
        ("polygon", "POLYGON_API_KEY", "ClusterPolygonKeyOfTheTests00001"),
        ("oanda", "OANDA_ACCESS_TOKEN", "0123456789abcdef0123456789abcdef-fedcba9876543210fedcba9876543210"),
        ("openai", "OPENAI_API_KEY", "cluster-openai-key-of-the-tests-0001"),
    ];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("control-plane-cluster-");
    private readonly List<NodeProcess> _nodes = [];
    private readonly List<NodeLinks> _links = [];
    private readonly List<ClosedStretch> _closed = [];
    private string _database = "";

    public PostgresServer Postgres { get; private set; } = null!;

    public SimulatorHost Simulator { get; private set; } = null!;

    public Recorder Recorder { get; } = new();

    public static async Task<ClusterFixture> StartAsync()
    {
        var cluster = new ClusterFixture();
        cluster.Postgres = await PostgresServer.StartAsync();
        cluster._database = await cluster.Postgres.CreateDatabaseAsync("cluster");
        cluster.Simulator = await SimulatorHost.StartAsync(new SimulatorOptions { TlsPort = 0 });
        Directory.CreateDirectory(cluster.Secrets);
        foreach (var (provider, variable, value) in s_keys)
        {
            cluster.Simulator.SetKey(provider, variable, value);
            cluster.SetSecret(variable, value);
        }

        return cluster;
    }

    /// <summary>From now on nodes run as the role that docs/postgresql.md makes for the program, in a database that its owner has brought up to date.</summary>
    public async Task RunAsRuntimeRoleAsync()
    {
        foreach (var statement in Regex.Split(Documented("roles").Replace("a long random password", Postgres.Password, StringComparison.Ordinal), @";\s*\n").Where(s => !string.IsNullOrWhiteSpace(s)))
            await Postgres.RunSqlAsync("postgres", "postgres", statement);
        _database = Postgres.ConnectionString("controlplane", "cp_owner");
        var first = await AllInOneAsync("of-the-owner");
        await first.KillAsync();
        await Postgres.RunSqlAsync("controlplane", "cp_owner", Documented("grants"));
        _database = Postgres.ConnectionString("controlplane", "cp_runtime");
    }

    /// <summary>Runs a statement beside the program, with the program's own rights. False when PostgreSQL refuses it.</summary>
    public async Task<bool> TryAsRuntimeRoleAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Postgres.ConnectionString("controlplane", "cp_runtime") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        try
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }

    private static string Documented(string block)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln"))) folder = folder.Parent!;
        var text = File.ReadAllText(Path.Combine(folder.FullName, "docs", "postgresql.md"));
        return Regex.Match(text, $"```sql\n-- {block}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
    }

    /// <summary>Starts a silo without an API.</summary>
    public Task<NodeProcess> SiloAsync(string name, params (string Key, string Value)[] settings) =>
        AddAsync(new(name, "Silo", Environment(name, [("ControlPlane__Silo__Port", $"{FreePort()}"), ("ControlPlane__Silo__GatewayPort", $"{FreePort()}"), .. settings])));

    public Task<NodeProcess> FrontEndAsync(string name, params (string Key, string Value)[] settings) => FrontEndOfAsync(null, name, settings);

    /// <summary>Starts a front end of another build than everything else.</summary>
    public Task<NodeProcess> FrontEndOfOtherBuildAsync(string name)
    {
        var folder = Path.Combine(_root.FullName, $"{name}-build");
        OtherBuild.Make(NodeProcess.Built("Api"), folder);
        return FrontEndOfAsync(folder, name);
    }

    private Task<NodeProcess> FrontEndOfAsync(string? folder, string name, params (string Key, string Value)[] settings) =>
        AddAsync(new(name, "Api", Environment(name, [("ControlPlane__Role", "FrontEnd"), .. settings])) { Address = new($"http://127.0.0.1:{FreePort()}"), Folder = folder });

    /// <summary>Starts a silo with an API in the same process.</summary>
    public Task<NodeProcess> AllInOneAsync(string name, params (string Key, string Value)[] settings) =>
        AddAsync(new(name, "Api", Environment(name, settings)) { Address = new($"http://127.0.0.1:{FreePort()}") });

    /// <summary>Runs a program with an API, or a silo without one, that is to end by itself.</summary>
    public async Task<(int ExitCode, string Output)> RunToEndAsync(string program, string name, params (string Key, string Value)[] settings)
    {
        var node = new NodeProcess(name, program, Environment(name, settings)) { Address = program == "Api" ? new($"http://127.0.0.1:{FreePort()}") : null };
        _nodes.Add(node);
        return (await node.RunToEndAsync(), node.Output);
    }

    /// <summary>The data folder of a node.</summary>
    public string DataOf(string node) => Path.Combine(_root.FullName, node);

    /// <summary>The database of the cluster.</summary>
    public string Database => _database;

    /// <summary>A clock for nodes that are still to be started with its settings.</summary>
    public ShiftedNodeClock Clock(double rate) => new(Path.Combine(_root.FullName, $"clock-{Guid.NewGuid():N}"), rate);

    /// <summary>Paths for a node that is still to be started with <paramref name="settings"/>.</summary>
    public NodeLinks Links(out (string Key, string Value)[] settings)
    {
        var links = new NodeLinks(Postgres.Port);
        settings = links.Open(_database);
        _links.Add(links);
        return links;
    }

    public void SetSecret(string variable, string value) => File.WriteAllText(Path.Combine(Secrets, variable), value + "\n");

    /// <summary>The provider takes its key no more.</summary>
    public void Revoke(string provider)
    {
        var (_, variable, value) = s_keys.Single(k => k.Provider == provider);
        Simulator.SetKey(provider, variable, value, "revoked");
    }

    public void Restore(string provider)
    {
        var (_, variable, value) = s_keys.Single(k => k.Provider == provider);
        Simulator.SetKey(provider, variable, value);
    }

    /// <summary>Nothing may be open from now on, for as long as <paramref name="act"/> takes.</summary>
    /// <param name="after">From when on it counts.</param>
    /// <param name="node">The only node it holds for, or null for all.</param>
    /// <param name="epoch">The last epoch it holds for: a larger one brings new proof. Null for all.</param>
    public async Task ClosedWhile(string why, Func<Task> act, TimeSpan? after = null, NodeProcess? node = null, long? epoch = null)
    {
        var from = Recorder.Now + (after ?? TimeSpan.Zero);
        await act();
        _closed.Add(new(why, from, Recorder.Now) { Node = node?.Name, UpToEpoch = epoch });
    }

    /// <summary>Nothing may have been open between two moments that are known only afterwards.</summary>
    public void Closed(string why, TimeSpan from, TimeSpan until) => _closed.Add(new(why, from, until));

    /// <summary>A bot's lease ended at <paramref name="from"/>: no gate passes it from then on.</summary>
    public void Fenced(string bot, TimeSpan from) => _closed.Add(new("the lease is not the live one", from, TimeSpan.MaxValue) { Bot = bot });

    /// <summary>Waits on the real clock, for the processes do, with a generous end.</summary>
    public static Task<TimeSpan> UntilAsync(NodeProcess node, Func<NodeStatus, bool> condition, string what, double seconds = 60) =>
        UntilAsync(node, status => Task.FromResult(condition(status)), what, seconds);

    public static async Task<TimeSpan> UntilAsync(NodeProcess node, Func<NodeStatus, Task<bool>> condition, string what, double seconds = 60)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        NodeStatus? last = null;
        while (true)
        {
            try
            {
                last = await node.StatusAsync();
                if (await condition(last)) return clock.Elapsed;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // It is not back yet.
            }

            if (clock.Elapsed.TotalSeconds >= seconds) Assert.Fail($"{node.Name} not within {seconds} s: {what}. Last: {last?.Body}\n{node.Output}");
            await Pass(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Waits on the real clock for what no node's status tells.</summary>
    public static async Task UntilAsync(Func<bool> condition, Func<string> what)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed >= TimeSpan.FromSeconds(60)) Assert.Fail($"Not within 60 s: {what()}");
            await Pass(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Real time has to pass: a lease, a probe, a sleep.</summary>
    public static Task Pass(TimeSpan time) => Task.Delay(time, TestContext.Current.CancellationToken);

    public static Task<TimeSpan> UntilOpenAsync(NodeProcess node) => UntilAsync(node, s => s.Open, "open");

    /// <summary>Replays everything that was seen against everything that was committed, as a node that still runs lists it.</summary>
    /// <param name="lease">How long a lease may last as an outsider measures it; longer than it says with a clock that runs slowly.</param>
    public async Task AssertPromisesAsync(NodeProcess node, TimeSpan? lease = null)
    {
        var committed = new List<Committed>();
        string? before = null;
        do
        {
            var page = await PageAsync(node, $"/api/system/transitions?limit=100{(before is null ? "" : $"&before={before}")}");
            foreach (var row in page["items"]!.AsArray().Where(r => r!["subject"]!.GetValue<string>() == "system"))
                committed.Add(new(row!["epoch"]!.GetValue<long>(), row["version"]!.GetValue<long>(), row["to"]!.GetValue<string>() is "OK" or "DEGRADED"));
            before = page["next"]?.GetValue<string>();
        }
        while (before is not null);

        var seen = Recorder.Sightings;
        Assert.Contains(seen, s => s.Open);
        Assert.NotEmpty(committed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{seen.Count} answers replayed, {seen.Count(s => s.Open)} of them open, against {committed.Count} committed changes.");
        var broken = Oracle.Replay(seen, committed, _closed, lease ?? Lease);
        Assert.True(broken.Count == 0, $"{broken.Count} promises were broken:\n{string.Join('\n', broken.Take(20))}\n{string.Join('\n', _closed)}");
    }

    /// <summary>A machine full of processes may be late for one statement; the answer then says so, and to try again.</summary>
    private static async Task<System.Text.Json.Nodes.JsonNode> PageAsync(NodeProcess node, string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            var page = await node.SendAsync(HttpMethod.Get, path);
            if (page["items"] is not null) return page;
            Assert.True(attempt < 20 && page["http_status"]!.GetValue<int>() == 503, page.ToJsonString());
            await Pass(TimeSpan.FromMilliseconds(500));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Recorder.DisposeAsync();
        foreach (var node in _nodes) await node.DisposeAsync();
        foreach (var links in _links) await links.DisposeAsync();
        await Simulator.DisposeAsync();
        await Postgres.DisposeAsync();
        _root.Delete(recursive: true);
    }

    private string Secrets => Path.Combine(_root.FullName, "secrets");

    private async Task<NodeProcess> AddAsync(NodeProcess node)
    {
        _nodes.Add(node);
        await node.StartAsync();
        return node;
    }

    private Dictionary<string, string> Environment(string name, (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__ControlPlane"] = _database,
            ["ControlPlane__DataDirectory"] = Path.Combine(_root.FullName, name),
            ["ControlPlane__Secrets__Directory"] = Secrets,
            ["ControlPlane__Secrets__PollSeconds"] = "0.2",
            ["ControlPlane__Verify__MinIntervalSeconds"] = "0",
            ["CONTROLPLANE_OPERATOR_TOKEN"] = OperatorToken,
        };
        foreach (var (provider, _, _) in s_keys) environment[$"ControlPlane__Integrations__{provider}__BaseUrl"] = Simulator.BaseUrl(provider);
        foreach (var (key, value) in settings) environment[key] = value;
        return environment;
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
