namespace ControlPlane.ProviderSimulator.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task Help_Asked_IsPrinted()
    {
        using var output = new StringWriter();

        Assert.Equal(0, await SimulatorCommand.RunAsync(["--help"], output, TextWriter.Null));
        Assert.Contains("--tls-port", output.ToString());
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "-1")]
    [InlineData("--port", "65536")]
    [InlineData("--nonsense", "1")]
    public async Task Arguments_Wrong_EndWithUsage(params string[] args)
    {
        using var error = new StringWriter();

        Assert.Equal(2, await SimulatorCommand.RunAsync(args, TextWriter.Null, error));
        Assert.StartsWith(args[0], error.ToString());
    }

    [Theory]
    [InlineData("""{"sample":[{"values":{"A":"s3cr3t"},"state":"asleep"}]}""")]
    [InlineData("""{"polygon":[{"values":{"A":"s3cr3t"},"state":"asleep"}]}""")]
    [InlineData("""{"polygon":"s3cr3t"}""")]
    [InlineData("""{"polygon":[{"values":{"A":"s3cr3t""")]
    public async Task KeysFile_Wrong_EndsWithTheRuleAndNoValue(string json)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, json, TestContext.Current.CancellationToken);
        using var error = new StringWriter();

        Assert.Equal(1, await SimulatorCommand.RunAsync(["--port", "0", "--keys", file], TextWriter.Null, error));
        File.Delete(file);
        Assert.StartsWith(file, error.ToString());
        Assert.DoesNotContain("s3cr3t", error.ToString());
    }

    [Fact]
    public async Task KeysFile_Right_RegistersItsKeys()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, """{"polygon":[{"values":{"POLYGON_API_KEY":"k"},"state":"active"}]}""", TestContext.Current.CancellationToken);

        await using var host = await SimulatorHost.StartAsync(new SimulatorOptions { KeysFile = file }, TestContext.Current.CancellationToken);
        File.Delete(file);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer k");
        using var response = await client.GetAsync(host.BaseUrl("polygon") + "/v1/marketstatus/now", TestContext.Current.CancellationToken);

        Assert.True(response.IsSuccessStatusCode);
    }
}
