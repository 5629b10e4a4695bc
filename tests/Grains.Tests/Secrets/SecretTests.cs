using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using ControlPlane.Grains.Secrets;
using ControlPlane.Testing;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class SecretTests
{
    private static readonly JsonSerializerOptions WithFields = new() { IncludeFields = true };

    private readonly CanarySet _canaries = new();
    private readonly Secret _secret;

    public SecretTests() => _secret = new Secret(_canaries.Plant("A_KEY").Value);

    [Fact]
    public void Secret_PrintedAnyWay_ShowsStars()
    {
        Assert.Equal("***", _secret.ToString());
        Assert.Equal("a *** b", $"a {_secret} b");
        Assert.Equal("***", string.Concat(_secret));
        Assert.Equal("***", string.Format("{0}", _secret));
        Assert.Equal("Holder { Name = n, Value = *** }", new Holder("n", _secret).ToString());
        Assert.Contains("***", new { _secret }.ToString(), StringComparison.Ordinal);
        Assert.Contains("***", (1, _secret).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_Serialized_HasNoValue()
    {
        _canaries.AssertAbsent(JsonSerializer.Serialize(_secret));
        _canaries.AssertAbsent(JsonSerializer.Serialize(new Holder("n", _secret)));
        _canaries.AssertAbsent(JsonSerializer.Serialize<object>(_secret, WithFields));
    }

    [Fact]
    public void Secret_InExceptionsAndDictionaries_ShowsStars()
    {
        var exception = new InvalidOperationException($"bad {_secret}", new ArgumentOutOfRangeException("value", _secret, "range"));
        exception.Data["key"] = _secret;
        _canaries.AssertAbsent(exception.ToString());
        var missing = Assert.Throws<KeyNotFoundException>(() => new Dictionary<Secret, int>()[_secret]);
        _canaries.AssertAbsent(missing.ToString());
    }

    [Fact]
    public void Secret_ForDebuggers_ShowsStarsAndHasNoPropertyWithTheValue()
    {
        Assert.Equal("***", typeof(Secret).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        foreach (var property in typeof(Secret).GetProperties())
            _canaries.AssertAbsent(Convert.ToString(property.GetValue(_secret)) ?? "");
    }

    [Fact]
    public void Masked_LongValue_ShowsFourCharacters()
    {
        Assert.Equal("••••••••" + _secret.Reveal()[^4..], _secret.Masked());
        Assert.Equal("••••••••", new Secret("elevenchars").Masked());
        _canaries.AssertAbsent(_secret.Masked());
    }

    private sealed record Holder(string Name, Secret Value);
}
