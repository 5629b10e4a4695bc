using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Policy;
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

    private static IReadOnlyList<Reason> Look(string id, string name, string value)
    {
        var provider = s_catalogue.Find(id)!;
        var access = provider.Access.First(way => way.Requires.Contains(name));
        var values = access.Requires.ToDictionary(required => required, _ => new Secret("some-other-value-0001"));
        values[name] = new Secret(value);
        return LoadedValues.Look(provider, access, values);
    }
}
