using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Tests.Integrations.Catalogue;

public sealed class NearNamesTests
{
    private static readonly string[] s_wanted = ["POLYGON_API_KEY", "MASSIVE_API_KEY", "XAI_API_KEY"];

    [Theory]
    [InlineData("polygon_api_key", "POLYGON_API_KEY")]
    [InlineData("POLYGON_API_KEY.txt", "POLYGON_API_KEY")]
    [InlineData("polygon-api-key", "POLYGON_API_KEY")]
    [InlineData("POLYGON_APIKEY", "POLYGON_API_KEY")]
    [InlineData("POLIGON_API_KEY", "POLYGON_API_KEY")]
    [InlineData("POLYGON_API_KEYS", "POLYGON_API_KEY")]
    [InlineData("xai_api_key", "XAI_API_KEY")]
    [InlineData("YAI_API_KEY", null)]
    [InlineData("HOME", null)]
    [InlineData("PATH", null)]
    [InlineData("POLYGON", null)]
    [InlineData("BINANCE_API_KEY", null)]
    public void MeantBy_Name_FindsTheNearest(string name, string? expected) => Assert.Equal(expected, NearNames.MeantBy(name, s_wanted));
}
