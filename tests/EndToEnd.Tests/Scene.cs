using ControlPlane.ProviderSimulator;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A data directory, a folder of secrets, a simulator of the providers, and the program over them.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("control-plane-e2e-");
    private ControlPlaneProcess? _process;

    /// <summary>Below the scene's own folder, unless a test puts it elsewhere before the start.</summary>
    public string DataDirectory
    {
        get => field ?? Path.Combine(_root.FullName, "data");
        set;
    }

    public string SecretsDirectory => Path.Combine(_root.FullName, "secrets");

    public SimulatorHost Simulator { get; private set; } = null!;

    public ControlPlaneProcess Process => _process!;

    /// <summary>Settings of the program, apart from those that the scene gives.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public static async Task<Scene> OpenAsync(Action<Scene>? setup = null, params string[] providers)
    {
        var scene = new Scene();
        Directory.CreateDirectory(scene.SecretsDirectory);
        scene.Simulator = await SimulatorHost.StartAsync(new SimulatorOptions { TlsPort = 0 });
        scene.Settings["ControlPlane__Secrets__Directory"] = scene.SecretsDirectory;
        scene.Settings["ControlPlane__Secrets__PollSeconds"] = "0.2";
        foreach (var provider in providers.Length > 0 ? providers : ["polygon", "oanda", "openai"])
        {
            scene.Settings[$"ControlPlane__Integrations__{provider}__BaseUrl"] = scene.Simulator.BaseUrl(provider);
        }

        setup?.Invoke(scene);
        await scene.StartAsync();
        return scene;
    }

    public async Task StartAsync(params string[] arguments) => _process = await ControlPlaneProcess.StartAsync(DataDirectory, Settings, arguments);

    /// <summary>Puts a secret into the folder, as a mount of Docker or Kubernetes does.</summary>
    public void SetSecret(string name, string value) => File.WriteAllText(Path.Combine(SecretsDirectory, name), value + "\n");

    /// <summary>A key that the simulator knows, for one feed, one broker and one LLM.</summary>
    public void SetGoodKeys()
    {
        foreach (var (provider, variable, value) in GoodKeys)
        {
            Simulator.SetKey(provider, variable, value);
            SetSecret(variable, value);
        }
    }

    public static IReadOnlyList<(string Provider, string Variable, string Value)> GoodKeys { get; } =
    [
        ("polygon", "POLYGON_API_KEY", "EndToEndPolygonKeyOfTheTests0001"),
        ("oanda", "OANDA_ACCESS_TOKEN", "0123456789abcdef0123456789abcdef-fedcba9876543210fedcba9876543210"),
        ("openai", "OPENAI_API_KEY", "end-to-end-openai-key-of-the-tests-0001"),
    ];

    public void Revoke(string provider)
    {
        var (_, variable, value) = GoodKeys.Single(k => k.Provider == provider);
        Simulator.SetKey(provider, variable, value, "revoked");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        await Simulator.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
