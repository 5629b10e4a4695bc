using System.Security.Cryptography.X509Certificates;
using ControlPlane.ProviderSimulator.Books;
using ControlPlane.ProviderSimulator.Control;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Market;
using ControlPlane.ProviderSimulator.Scripts;
using ControlPlane.ProviderSimulator.Tls;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.ProviderSimulator;

/// <summary>A running simulator on loopback. Safe for calls from several threads.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SimulatorState _state;
    private readonly RuntimeCertificates? _certificates;

    private SimulatorHost(WebApplication app, SimulatorState state, RuntimeCertificates? certificates, IEnumerable<string> roots)
    {
        _app = app;
        _state = state;
        _certificates = certificates;

        // Addresses stand in the order in which the ports were asked for.
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ToList();
        Address = addresses[0];
        RootAddresses = roots.Order(StringComparer.Ordinal).Zip(addresses.Skip(1)).ToDictionary(static pair => pair.First, static pair => pair.Second);
        TlsAddresses = SimulatorServer.TlsFaults.Zip(addresses.Skip(1 + RootAddresses.Count)).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }

    /// <summary><c>http://127.0.0.1:port</c>, without a slash at the end.</summary>
    public string Address { get; }

    /// <summary>Addresses of providers that listen without their id in the path.</summary>
    public IReadOnlyDictionary<string, string> RootAddresses { get; }

    /// <summary>Addresses whose certificates a client must refuse; empty unless TLS was asked for.</summary>
    public IReadOnlyDictionary<TlsFault, string> TlsAddresses { get; }

    /// <summary>Issuer of the expired and the wrong-host certificates: with it trusted, nothing but date or name is wrong with them.
    /// Null unless TLS was asked for.</summary>
    public X509Certificate2? TlsAuthority => _certificates?.Authority;

    /// <summary>Ids of the providers that have a script.</summary>
    public IReadOnlyList<string> Providers => [.. _state.Scripts.Select(static script => script.Id)];

    /// <summary>Sequence of the latest request, for <see cref="Requests"/>.</summary>
    public long LastSequence => _state.Requests.Last;

    /// <summary>Starts a simulator; it listens when this returns.</summary>
    /// <exception cref="ScriptException">A script or the file of keys breaks a rule.</exception>
    /// <exception cref="IOException">A port is taken, or the file of keys cannot be read.</exception>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new SimulatorOptions();
        foreach (var script in options.Scripts ?? [])
            ScriptValidator.Validate(script, script.Id);
        var market = options.Market is null ? null : new SimulatedMarket(options.Market, options.Time);
        var state = new SimulatorState(options.Scripts ?? ScriptLibrary.LoadEmbedded(), market, options.Time);
        var certificates = options.TlsPort is null ? null : new RuntimeCertificates();
        var app = SimulatorServer.Build(options, state, certificates);
        try
        {
            await ReadKeysAsync(options, state, app.Logger, cancel);
            await app.StartAsync(cancel);
        }
        catch
        {
            await app.DisposeAsync();
            certificates?.Dispose();
            throw;
        }

        var host = new SimulatorHost(app, state, certificates, options.Roots.Keys);
        SimulatorLog.Started(app.Logger, state.Scripts.Count, host.Address);
        return host;
    }

    /// <summary>The base address of a provider, for <c>ControlPlane__Integrations__{provider}__BaseUrl</c>.</summary>
    public string BaseUrl(string provider) => $"{Address}/{provider}";

    /// <summary>The base address of a provider behind a certificate that must be refused.</summary>
    public string TlsBaseUrl(string provider, TlsFault fault) => $"{TlsAddresses[fault]}/{provider}";

    /// <summary>Registers a key, or changes the state of the one with the same values.</summary>
    /// <param name="provider">Id of the provider.</param>
    /// <param name="values">The values by the names of their variables.</param>
    /// <param name="state"><c>active</c>, <c>revoked</c>, <c>limited</c>, <c>billing</c>, <c>exhausted</c>, <c>wrong_environment</c>,
    /// <c>locked</c>, <c>rate_limited</c>, or another state that the script answers.</param>
    /// <exception cref="ArgumentException">The provider has no script, or the state is none.</exception>
    public void SetKey(string provider, IReadOnlyDictionary<string, string> values, string state = KeyState.Active)
    {
        var order = new KeyOrder { Values = new Dictionary<string, string>(values), State = state };
        if (_state.TryPut(provider, order) is { } problem)
            throw new ArgumentException(problem, nameof(provider));
    }

    /// <summary>Registers a key of one value.</summary>
    /// <exception cref="ArgumentException">The provider has no script, or the state is none.</exception>
    public void SetKey(string provider, string name, string value, string state = KeyState.Active) =>
        SetKey(provider, new Dictionary<string, string> { [name] = value }, state);

    /// <summary>Forgets a key, or all keys of the provider, and the tokens given out for it.</summary>
    public void RemoveKey(string provider, IReadOnlyDictionary<string, string>? values = null) => _state.Keys.Remove(provider, values);

    /// <summary>Tokens a provider's login has given out, so that tests can look for them where they must not be.</summary>
    public IReadOnlyList<string> IssuedTokens(string provider) => _state.Keys.TokensOf(provider);

    /// <summary>A broker's order book.</summary>
    /// <exception cref="KeyNotFoundException">The provider has none.</exception>
    public OrderBook Book(string provider) => _state.Books.Of(provider);

    /// <summary>Whether calls of orders are answered from a book.</summary>
    public bool HasBook(string provider) => _state.Books.Providers.Contains(provider);

    /// <summary>Orders a fault; replaces the one before.</summary>
    /// <exception cref="ArgumentException">The provider has no script, or a number is negative.</exception>
    public void SetFault(string provider, FaultOrder order)
    {
        if (_state.TrySet(provider, order) is { } problem)
            throw new ArgumentException(problem, nameof(order));
    }

    /// <summary>Orders a fault without more ado.</summary>
    /// <exception cref="ArgumentException">The provider has no script.</exception>
    public void SetFault(string provider, SimulatedFault fault, int? count = null) =>
        SetFault(provider, new FaultOrder { Fault = fault, Count = count });

    /// <summary>Opens, closes, freezes or thaws the market.</summary>
    /// <exception cref="InvalidOperationException">There is no market.</exception>
    public void SetMarket(MarketOrder order) => (_state.Market ?? throw new InvalidOperationException("There is no market.")).Apply(order);

    /// <summary>Requests after a sequence, of one provider or of all; at most the latest 10,000 are kept.</summary>
    public IReadOnlyList<RecordedRequest> Requests(string? provider = null, long since = 0) => _state.Requests.After(since, provider);

    /// <summary>Forgets the requests, and begins the maxima of concurrency anew.</summary>
    public void ClearRequests()
    {
        _state.Requests.Clear();
        _state.Concurrency.Reset();
    }

    /// <summary>Requests in flight at a provider, and the most since the start or the last <see cref="ClearRequests"/>.</summary>
    public ConcurrencyGauge Concurrency(string provider) => _state.Concurrency[provider];

    /// <summary>Stops within two seconds, whatever hangs.</summary>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(SimulatorServer.StopWithin);
        await _app.StopAsync(timeout.Token);
        await _app.DisposeAsync();
        _certificates?.Dispose();
    }

    private static async Task ReadKeysAsync(SimulatorOptions options, SimulatorState state, ILogger logger, CancellationToken cancel)
    {
        if (options.KeysFile is not { } file)
            return;
        foreach (var (provider, keys) in await KeysFile.ReadAsync(file, cancel))
        {
            foreach (var key in keys)
            {
                if (state.TryPut(provider, key) is { } problem)
                    throw new ScriptException($"{file}: {problem}");
            }

            SimulatorLog.KeysRead(logger, provider, keys.Count);
        }
    }
}
