using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class LoadedValuesTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    [Theory]
    [InlineData("openai", "OPENAI_API_KEY", "\"sk-proj-aaaaaaaaaaaaaaaaaaaa\"", "quotes")]
    [InlineData("openai", "OPENAI_API_KEY", "your_api_key_here", "placeholder")]
    [InlineData("openai", "OPENAI_API_KEY", "sk-admin-aaaaaaaaaaaaaaaaaaaa", "administration key")]
    [InlineData("openai", "OPENAI_API_KEY", "s\0k\0-\0p\0r\0o\0j\0", "UTF-16")]
    [InlineData("supabase", "SUPABASE_SECRET_KEY", "sb_publishable_abcdefghijklmnop", "publishable")]
    [InlineData("coinbase", "COINBASE_API_SECRET", "-----BEGIN EC PRIVATE KEY-----MHcCAQEE-----END EC PRIVATE KEY-----", "line breaks")]
    [InlineData("coinbase", "COINBASE_API_SECRET", "-----BEGIN EC PRIVATE KEY-----", "first part")]
    [InlineData("coinbase", "COINBASE_API_SECRET", "-----BEGIN RSA PRIVATE KEY-----\\nMIIE\\n-----END RSA PRIVATE KEY-----", "make an Ed25519 or an ECDSA key")]
    [InlineData("coinbase", "COINBASE_API_SECRET", "-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADAN\\n-----END PRIVATE KEY-----", "make an Ed25519 or an ECDSA key")]
    [InlineData("binance", "BINANCE_API_SECRET", "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEE\\n-----END EC PRIVATE KEY-----", "Make an Ed25519 key")]
    [InlineData("binance", "BINANCE_API_SECRET", "-----BEGIN PUBLIC KEY-----\\nMCow\\n-----END PUBLIC KEY-----", "public half")]
    [InlineData("bybit", "BYBIT_API_SECRET", "-----BEGIN ENCRYPTED PRIVATE KEY-----\\nMIIF\\n-----END ENCRYPTED PRIVATE KEY-----", "RSA private key")]
    public void Look_OddValue_InformsByItsName(string id, string name, string value, string hint)
    {
        var looks = Look(id, name, value);

        var look = Assert.Single(looks, reason => reason.Message.StartsWith(name, StringComparison.Ordinal));
        Assert.Equal(Severity.Info, look.Severity);
        Assert.Contains(hint, look.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, look.Message + look.SuggestedFix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coinbase", "COINBASE_API_SECRET", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n")]
    [InlineData("coinbase", "COINBASE_API_SECRET", "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEE\\n-----END EC PRIVATE KEY-----")]
    [InlineData("github", "GITHUB_TOKEN", "ghs_APPID123.eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJnaCJ9.c2lnbmF0dXJl_x-y")]
    [InlineData("tradovate", "TRADOVATE_APP_ID", "My Bot")]
    public void Look_GoodValue_SaysNothing(string id, string name, string value) =>
        Assert.DoesNotContain(Look(id, name, value), reason => reason.Message.StartsWith(name, StringComparison.Ordinal));

    [Theory]
    [InlineData("https://gateway.example/v1", null, true)]
    [InlineData("https://api.openai.com/v1", null, false)]
    [InlineData("https://gateway.example/v1", "https://gateway.example/v1", false)]
    [InlineData("https://gateway.example/v1", "https://other.example/v1", true)]
    public void Look_BaseThatBotsRead_SaysWhenItIsNotWhatIsVerified(string botBase, string? setting, bool told)
    {
        var provider = s_catalogue.Find("openai")!;
        var values = new Dictionary<string, Secret> { ["OPENAI_API_KEY"] = new("sk-some-value-that-is-long"), ["OPENAI_BASE_URL"] = new(botBase) };
        var around = LoadedSurroundings.None with { Settings = new IntegrationOptions { BaseUrl = setting is null ? null : new Uri(setting) } };

        var looks = LoadedValues.Look(provider, provider.Access[0], values, around).Where(reason => reason.Message.StartsWith("OPENAI_BASE_URL", StringComparison.Ordinal)).ToList();

        Assert.Equal(told, looks.Count == 1);
        Assert.All(looks, look => Assert.DoesNotContain(botBase, look.Message + look.SuggestedFix, StringComparison.Ordinal));
        Assert.All(looks, look => Assert.Contains("ControlPlane__Integrations__openai__BaseUrl", look.SuggestedFix, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("polygon_api_key", "POLYGON_API_KEY")]
    [InlineData("POLYGON_API_KEY.txt", "POLYGON_API_KEY")]
    [InlineData("OPENAI_API_KEY", null)]
    public void Look_NameThatNothingReads_AsksWhetherAnotherWasMeant(string present, string? meant)
    {
        var provider = s_catalogue.Find("polygon")!;
        var around = LoadedSurroundings.None with { Present = ["HOME", present], Known = s_catalogue.VariableNames };

        var looks = LoadedValues.Look(provider, access: null, new Dictionary<string, Secret>(), around);

        if (meant is null)
            Assert.Empty(looks);
        else
            Assert.StartsWith($"Did you mean {meant}? {present} is there", Assert.Single(looks).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Look_Proxy_IsShown()
    {
        var provider = s_catalogue.Find("openai")!;
        var around = LoadedSurroundings.None with { Network = new NetworkPolicy(new NetworkOptions { UseProxy = true }) };

        var looks = LoadedValues.Look(provider, provider.Access[0], new Dictionary<string, Secret>(), around);

        Assert.Contains(looks, look => look.Message.Contains("HTTPS_PROXY", StringComparison.Ordinal) && look.Severity == Severity.Info);
    }

    private static IReadOnlyList<Reason> Look(string id, string name, string value)
    {
        var provider = s_catalogue.Find(id)!;
        var access = provider.Access.First(way => way.Requires.Contains(name));
        var values = access.Requires.ToDictionary(required => required, _ => new Secret("some-other-value-0001"));
        values[name] = new Secret(value);
        return LoadedValues.Look(provider, access, values, LoadedSurroundings.None);
    }
}
