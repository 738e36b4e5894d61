using System.Buffers.Binary;
using EspProv.Sessions;

namespace EspProv.Tests.Sessions;

public class SentRequestsTests
{
    [Fact]
    public void Every_request_to_the_endpoint_is_known_again_and_no_other()
    {
        var sent = new SentRequests();
        sent.Add("a", Message(1));
        sent.Add("b", Message(2));
        sent.Add("a", Message(3));

        Assert.True(sent.Contains("a", Message(1)));
        Assert.True(sent.Contains("a", Message(3)));
        Assert.False(sent.Contains("a", Message(2)));
        Assert.False(sent.Contains("a", Message(4)));
        Assert.False(sent.Contains("a", []));
        Assert.False(sent.Contains("a", Message(1).AsSpan(..15)));
        sent.Clear();
        Assert.False(sent.Contains("a", Message(1)));
    }

    [Fact]
    public void No_more_are_kept_than_there_is_room_for_and_the_latest_always_is()
    {
        var sent = new SentRequests();
        int[] numbers = [.. Enumerable.Range(0, (2 * SentRequests.Capacity) + 1)];
        foreach (int i in numbers)
        {
            sent.Add("a", Message(i));
            Assert.True(sent.Contains("a", Message(i)));
        }

        Assert.Equal(SentRequests.Capacity, numbers.Count(i => sent.Contains("a", Message(i))));
    }

    private static byte[] Message(int number)
    {
        byte[] message = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(16), number);
        return message;
    }
}
