def test_probe(visitor, served):
    v = visitor()
    print(served)
    v.open(served.links["young_person"])
    print(v.said[:3000])
    v.look((320,640),(1280,800))
