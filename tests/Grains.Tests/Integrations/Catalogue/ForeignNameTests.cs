using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

/// <summary>Names that programs of others read: whoever has set those has set the provider up.</summary>
public sealed class ForeignNameTests
{
    private static readonly ProviderCatalogue s_catalogue = CatalogueLoader.Load(userPath: null);

    [Theory]
    [InlineData("alphavantage", "ALPHA_VANTAGE_API_KEY")]
    [InlineData("twelvedata", "TWELVE_DATA_API_KEY")]
    [InlineData("kraken", "KRAKEN_SPOT_API_KEY KRAKEN_SPOT_API_SECRET")]
    [InlineData("kraken", "KRAKEN_API_KEY KRAKEN_SECRET_KEY")]
    [InlineData("binance", "BINANCE_API_KEY BINANCE_SECRET")]
    [InlineData("binance", "BINANCE_API_KEY BINANCE_SECRET_KEY")]
    [InlineData("binance", "BINANCE_ED25519_API_KEY BINANCE_ED25519_API_SECRET")]
    [InlineData("bybit", "BYBIT_API_KEY BYBIT_SECRET")]
    [InlineData("kucoin", "KUCOIN_API_KEY KUCOIN_SECRET KUCOIN_PASSPHRASE")]
    [InlineData("kucoin", "KUCOIN_API_KEY KUCOIN_SECRET_KEY KUCOIN_PASSPHRASE")]
    [InlineData("okx", "OKX_API_KEY OKX_SECRET OKX_PASSPHRASE")]
    [InlineData("okx", "OKX_API_KEY OKX_SECRET_KEY OKX_PASSPHRASE")]
    [InlineData("alpaca", "ALPACA_API_KEY ALPACA_API_SECRET")]
    [InlineData("projectx", "PROJECTX_TOPSTEPX_USERNAME PROJECTX_TOPSTEPX_API_KEY")]
    [InlineData("tradovate", "TRADOVATE_USERNAME TRADOVATE_DEDICATED_PASSWORD TRADOVATE_APP_ID TRADOVATE_CID TRADOVATE_SECRET")]
    [InlineData("coinbase", "COINBASE_API_KEY_NAME COINBASE_PRIVATE_KEY")]
    [InlineData("coinbase", "COINBASE_ADVANCED_TRADE_API_KEY COINBASE_ADVANCED_TRADE_SECRET_KEY")]
    [InlineData("coinbase", "CDP_API_KEY_ID CDP_API_KEY_SECRET")]
    [InlineData("huggingface", "HUGGING_FACE_HUB_TOKEN")]
    [InlineData("discord", "DISCORD_WEBHOOK")]
    [InlineData("stripe", "STRIPE_SECRET_KEY")]
    [InlineData("github", "GH_TOKEN")]
    [InlineData("gate", "GATEIO_API_KEY GATEIO_API_SECRET")]
    [InlineData("htx", "HUOBI_API_KEY HUOBI_API_SECRET")]
    [InlineData("zhipu", "ZAI_API_KEY")]
    [InlineData("postgres", "POSTGRES_URL")]
    [InlineData("smtp", "SMTP_SERVER SMTP_USER SMTP_PASS")]
    public void Names_OfOtherPrograms_ConfigureTheProvider(string id, string names)
    {
        var provider = s_catalogue.Find(id)!;
        var present = names.Split(' ').ToHashSet(StringComparer.Ordinal);

        var choice = AccessSelection.Choose(provider, AccessSelection.Values(provider, name => present.Contains(name) ? new Secret("some-value") : null));

        Assert.Empty(choice.Missing);
        Assert.NotNull(choice.Access);
    }
}
