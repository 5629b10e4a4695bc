using ControlPlane.Abstractions;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Tests.Storage;

public abstract class AuditStoreCompliance : StoreCompliance
{
    [Fact]
    public async Task Head_EmptyStore_IsNull() => Assert.Null(await Store.Audit.HeadAsync(Cancel));

    [Fact]
    public async Task Append_AnEntry_ReadsBackToTheTickSoThatItsHashStillFits()
    {
        var entry = Sample.Audit(1);

        await Store.Audit.AppendAsync(entry, Cancel);
        await ReopenAsync();

        AssertSame(entry, await Store.Audit.HeadAsync(Cancel));
    }

    [Fact]
    public async Task Append_SequenceTaken_ThrowsAndKeepsTheFirst()
    {
        await Store.Audit.AppendAsync(Sample.Audit(1), Cancel);

        await Assert.ThrowsAsync<StoreConflictException>(() => Store.Audit.AppendAsync(Sample.Audit(1) with { Hash = new string('9', 64) }, Cancel));

        Assert.Equal(new string('1', 64), (await Store.Audit.HeadAsync(Cancel))?.Hash);
    }

    [Fact]
    public async Task Append_RaceForOneSequence_OneWins()
    {
        var races = Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await Store.Audit.AppendAsync(Sample.Audit(1), Cancel);
                return true;
            }
            catch (StoreConflictException)
            {
                return false;
            }
        });

        Assert.Single(await Task.WhenAll(races), won => won);
    }

    [Fact]
    public async Task Page_AndReadForward_EveryEntryOnceInOrder()
    {
        for (var sequence = 1; sequence <= 9; sequence++)
        {
            await Store.Audit.AppendAsync(Sample.Audit(sequence), Cancel);
        }

        var first = await Store.Audit.PageAsync(5, null, Cancel);
        var second = await Store.Audit.PageAsync(5, first.Next, Cancel);
        var forward = await Store.Audit.ReadForwardAsync(3, 4, Cancel);

        Assert.Equal([9, 8, 7, 6, 5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(e => e.Sequence));
        Assert.Null(second.Next);
        Assert.Equal([3, 4, 5, 6], forward.Select(e => e.Sequence));
        Assert.Empty(await Store.Audit.ReadForwardAsync(10, 4, Cancel));
    }

    [Theory]
    [MemberData(nameof(BadCursors.All), MemberType = typeof(BadCursors))]
    public async Task Page_CursorNotOfThisList_IsRefused(string cursor) =>
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.Audit.PageAsync(10, cursor, Cancel));

    private static void AssertSame(AuditEntry expected, AuditEntry? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Fact.At.UtcTicks, actual.Fact.At.UtcTicks);
        Assert.Equal(expected.Fact.Details.AsEnumerable(), actual.Fact.Details);
        Assert.Equal(expected with { Fact = expected.Fact with { Details = actual.Fact.Details } }, actual);
    }
}
